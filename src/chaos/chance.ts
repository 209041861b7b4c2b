/**
 * A number from 0 to below 1 that is the same for the same seed and place: the n-th request that a fault could strike
 * meets the same fate in every run. `draw` tells apart what is drawn for one request. (The finalizer of MurmurHash3.)
 */
export function chance(seed: number, place: number, draw = 0): number {
  let mixed =
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(place + 1, 0xc2b2ae35) ^ Math.imul(draw + 1, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}

/** A draw from the standard normal distribution (Box and Muller). */
export function normalChance(seed: number, place: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance(seed, place, 1)));
  return radius * Math.cos(2 * Math.PI * chance(seed, place, 2));
}
