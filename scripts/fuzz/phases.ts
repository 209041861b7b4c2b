import { tokens } from './credentials.js';

/** A part of a run, with a server of its own. */
export interface Phase {
  readonly name: 'exchange' | 'access' | 'faults';
  /** How much of the inputs, and of the time, it has. */
  readonly share: number;
  /** Whether accounts are put right again now and then. Faults would strike that too, and need no accounts. */
  readonly needsCare: boolean;
  readonly asksForCredentials: boolean;
  readonly environment: Readonly<Record<string, string>>;
  isWanted(target: string): boolean;
}

/**
 * Callers that have to say who they are are a phase of their own, and the audit has its own port then. Faults strike
 * what else is sent, and so are tried by themselves; they last a second at most.
 */
export const phases: readonly Phase[] = [
  {
    name: 'exchange',
    share: 0.8,
    needsCare: true,
    asksForCredentials: false,
    environment: {},
    isWanted: () => true,
  },
  {
    name: 'access',
    share: 0.15,
    needsCare: true,
    asksForCredentials: true,
    environment: { AUTH: 'on', ADMIN_TOKEN: tokens.admin, AUDIT_TOKEN: tokens.audit, AUDIT_PORT: '0' },
    // Where the audit has its own port, gRPC has none of it.
    isWanted: (target) => !target.startsWith('gRPC AuditService'),
  },
  {
    name: 'faults',
    share: 0.05,
    needsCare: false,
    asksForCredentials: false,
    environment: { CHAOS_ENABLED: 'true', CHAOS_DURATION_MAX_SECONDS: '1' },
    isWanted: (target) => /fault|scenario/i.test(target),
  },
];
