import type { Time } from '../words.js';

export interface KillSwitch {
  /** null for all. */
  readonly accountId: string | null;
  /** Whether orders are refused. */
  readonly engaged: boolean;
  readonly reason: string | null;
  readonly engagedAt: Time | null;
}

export interface EngagedKillSwitch extends KillSwitch {
  /** How many open orders were canceled; none if it was engaged before. */
  readonly canceledOrders: number;
}

export interface EngageKillSwitchRequest {
  /** For people: it is in the refusal of each order, and in the audit trail. */
  readonly reason: string;
}
