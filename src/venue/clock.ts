/** Where the venue has its time from: milliseconds since 1970. The sequencer sees to it that it does not go back. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
