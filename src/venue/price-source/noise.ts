import { hash } from 'node:crypto';

/**
 * One endless stream of normal variates (mean 0, variance 1), each reached by its index without the ones
 * before it. An index's variate is the sum of sixteen uniform numbers cut from a SHA-256 of the seed, the
 * stream's name and the index: near enough to normal for prices (never beyond 6.93), and made of additions
 * and one exact square root, so that it is the same on every machine, which `Math.log` and `Math.cos` do
 * not promise.
 */
export class Noise {
  constructor(
    private readonly seed: number,
    private readonly stream: string,
  ) {}

  at(index: number): number {
    const digest = hash('sha256', `${this.seed}:${this.stream}:${index}`, 'buffer');
    let sum = 0;
    for (let offset = 0; offset < digest.length; offset += 2) sum += digest.readUInt16LE(offset) + 0.5;
    return (sum / 65_536 - uniformCount / 2) * uniformScale;
  }
}

const uniformCount = 16;
/** A uniform number has a variance of a twelfth. */
const uniformScale = Math.sqrt(12 / uniformCount);
