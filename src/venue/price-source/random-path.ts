import { Noise } from './noise.js';

/** A random quantity as a function of the beat: any beat can be asked for, in any order, with the same answer. */
export interface RandomPath {
  at(beat: number): number;
}

/**
 * A random path that is refined between known points instead of being walked from its start: the middle of
 * two points is their mean and some noise, and so on by halves down to the beat. The result is a random
 * walk with the given standard deviation per beat, whose every point takes one variate per halving.
 */
class Refinement {
  /** The last variate of each level of halving; neighbouring beats share nearly all of theirs. */
  private readonly recent: { index: number; variate: number }[] = [];

  constructor(
    private readonly noise: Noise,
    private readonly deviationPerBeat: number,
  ) {}

  /** `span` is a power of two; the beat lies from `start` to `start + span`. */
  between(start: number, span: number, left: number, right: number, beat: number): number {
    let [from, width, low, high] = [start, span, left, right];
    for (let level = 0; beat !== from; level += 1) {
      if (beat === from + width) return high;
      const half = width / 2;
      const middle = (low + high) / 2 + this.deviationPerBeat * Math.sqrt(width / 4) * this.variate(level, from + half);
      if (beat < from + half) high = middle;
      else [from, low] = [from + half, middle];
      width = half;
    }
    return low;
  }

  private variate(level: number, index: number): number {
    const known = this.recent[level];
    if (known?.index === index) return known.variate;
    const variate = this.noise.at(index);
    this.recent[level] = { index, variate };
    return variate;
  }
}

/** A random walk from 0 that goes on for 2^32 beats and has `deviationPerBeat` as the standard deviation of a step. */
export class RandomWalk implements RandomPath {
  private readonly refinement: Refinement;
  private readonly end: number;

  constructor(seed: number, stream: string, deviationPerBeat: number) {
    const noise = new Noise(seed, stream);
    this.refinement = new Refinement(noise, deviationPerBeat);
    this.end = deviationPerBeat * Math.sqrt(walkBeats) * noise.at(walkBeats);
  }

  at(beat: number): number {
    return this.refinement.between(0, walkBeats, 0, this.end, beat);
  }
}

/**
 * A path that starts at 0 and never strays far from it: every `spanBeats` beats it is at a point that knows
 * nothing of the one before, and wanders from one to the next as a random walk does.
 */
export class PeggedPath implements RandomPath {
  private readonly posts: Noise;
  private readonly refinement: Refinement;

  /** `deviation` is the standard deviation of the path, `spanBeats` a power of two. */
  constructor(
    seed: number,
    stream: string,
    private readonly deviation: number,
    private readonly spanBeats: number,
  ) {
    this.posts = new Noise(seed, `${stream}:posts`);
    this.refinement = new Refinement(new Noise(seed, stream), deviation / Math.sqrt(spanBeats));
  }

  at(beat: number): number {
    const post = Math.floor(beat / this.spanBeats);
    const start = post * this.spanBeats;
    return this.refinement.between(start, this.spanBeats, this.postAt(post), this.postAt(post + 1), beat);
  }

  private postAt(post: number): number {
    return post === 0 ? 0 : this.deviation * this.posts.at(post);
  }
}

const walkBeats = 2 ** 32;
