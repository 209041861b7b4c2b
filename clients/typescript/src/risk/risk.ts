import type { CallOptions } from '../client-options.js';
import type { RestTransport } from '../rest/rest-transport.js';
import type { Exposure } from './exposure.js';
import type { EngagedKillSwitch, EngageKillSwitchRequest, KillSwitch } from './kill-switch.js';
import type { RiskLimits, SetRiskLimitsRequest } from './risk-limit.js';

/** Limits of accounts, what they have at stake, and the switches that stop trading: an account's, or that of `'all'`. */
export class Risk {
  constructor(private readonly rest: RestTransport) {}

  limits(accountId: string, options?: CallOptions): Promise<RiskLimits> {
    return this.rest.get(['accounts', accountId, 'risk-limits'], undefined, options);
  }

  /** All at once, in place of those that it had. The same limits again change nothing. */
  setLimits(accountId: string, request: SetRiskLimitsRequest, options?: CallOptions): Promise<RiskLimits> {
    const path = ['accounts', accountId, 'risk-limits'];
    return this.rest.send({ method: 'PUT', path, body: request, repeatable: true }, options);
  }

  exposure(accountId: string, options?: CallOptions): Promise<Exposure> {
    return this.rest.get(['accounts', accountId, 'exposure'], undefined, options);
  }

  killSwitch(whose: string, options?: CallOptions): Promise<KillSwitch> {
    return this.rest.get(switchOf(whose), undefined, options);
  }

  /** Cancels every open order and refuses new ones. Engaging it again changes nothing. */
  engageKillSwitch(whose: string, request: EngageKillSwitchRequest, options?: CallOptions): Promise<EngagedKillSwitch> {
    return this.rest.send({ method: 'PUT', path: switchOf(whose), body: request, repeatable: true }, options);
  }

  /** It is sent once: by the time of a second, somebody may have engaged the switch again. */
  releaseKillSwitch(whose: string, options?: CallOptions): Promise<KillSwitch> {
    return this.rest.send({ method: 'DELETE', path: switchOf(whose), repeatable: false }, options);
  }
}

function switchOf(whose: string): string[] {
  return whose === 'all' ? ['kill-switch'] : ['accounts', whose, 'kill-switch'];
}
