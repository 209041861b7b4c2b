/** The machine's own clock, which is the same for all of its processes and is never set; in milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
