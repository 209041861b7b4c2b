/** A part of a run, with a server of its own. */
export interface Phase {
  readonly name: 'exchange' | 'faults';
  /** How much of the inputs, and of the time, it has. */
  readonly share: number;
  /** Whether accounts are put right again now and then. Faults would strike that too, and need no accounts. */
  readonly needsCare: boolean;
  readonly environment: Readonly<Record<string, string>>;
  isWanted(target: string): boolean;
}

/** Faults strike what else is sent, and so are tried by themselves; they last a second at most. */
export const phases: readonly Phase[] = [
  { name: 'exchange', share: 0.95, needsCare: true, environment: {}, isWanted: () => true },
  {
    name: 'faults',
    share: 0.05,
    needsCare: false,
    environment: { CHAOS_ENABLED: 'true', CHAOS_DURATION_MAX_SECONDS: '1' },
    isWanted: (target) => /fault|scenario/i.test(target),
  },
];
