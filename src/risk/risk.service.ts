import { Injectable } from '@nestjs/common';
import { accountIn } from '../edge/directory.js';
import { Problem } from '../edge/problem.js';
import type { Exchange } from '../engine/exchange.js';
import type { KillSwitch } from '../engine/risk/kill-switch.js';
import type { Origin } from '../journal/journal.js';
import { Venue } from '../venue/venue.js';
import { type ExposureView, exposureView } from './exposure-view.js';
import { readLimits } from './read-limits.js';
import { type EngageKillSwitchRequest, type SetRiskLimitsRequest, warnAtPercentDefault } from './risk-requests.js';
import {
  type EngagedKillSwitchView,
  type KillSwitchView,
  killSwitchView,
  type RiskLimitsView,
  riskLimitsView,
} from './risk-views.js';

/** What can be done about risk, for REST and gRPC alike. Without an account, a kill switch is that for all. */
@Injectable()
export class RiskService {
  constructor(private readonly venue: Venue) {}

  async setLimits(accountId: number, request: SetRiskLimitsRequest, origin: Origin): Promise<RiskLimitsView> {
    const { exchange } = this.venue;
    accountIn(exchange, accountId);
    const { warnAtPercent = warnAtPercentDefault, limits } = request;
    const command = { type: 'SetRiskLimits', accountId, warnAtPercent, limits: readLimits(limits, exchange) } as const;
    const { reject } = await this.venue.submit(command, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    return this.limits(accountId);
  }

  limits(accountId: number): Promise<RiskLimitsView> {
    return this.venue.read((exchange) => riskLimitsView(accountIn(exchange, accountId), exchange));
  }

  exposure(accountId: number): Promise<ExposureView> {
    return this.venue.read((exchange) => exposureView(accountIn(exchange, accountId), exchange, this.venue.now()));
  }

  async engage(
    accountId: number | undefined,
    { reason }: EngageKillSwitchRequest,
    origin: Origin,
  ): Promise<EngagedKillSwitchView> {
    const { events, reject } = await this.venue.submit({ type: 'EngageKillSwitch', accountId, reason }, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    const canceledOrders = events.filter(({ type }) => type === 'OrderCanceled').length;
    return { ...(await this.killSwitch(accountId)), canceledOrders };
  }

  async release(accountId: number | undefined, origin: Origin): Promise<KillSwitchView> {
    const { reject } = await this.venue.submit({ type: 'ReleaseKillSwitch', accountId }, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    return this.killSwitch(accountId);
  }

  killSwitch(accountId: number | undefined): Promise<KillSwitchView> {
    return this.venue.read((exchange) => killSwitchView(accountId, killSwitchIn(exchange, accountId)));
  }
}

function killSwitchIn(exchange: Exchange, accountId: number | undefined): KillSwitch | undefined {
  return accountId === undefined ? exchange.state.killSwitch : accountIn(exchange, accountId).killSwitch;
}
