import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { Payload } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import type { ExposureView } from './exposure-view.js';
import { RiskService } from './risk.service.js';
import {
  EngageKillSwitchMessage,
  KillSwitchMessage,
  RiskAccountMessage,
  SetRiskLimitsMessage,
} from './risk-requests.js';
import type { KillSwitchView, RiskLimitsView } from './risk-views.js';

const service = 'RiskService';

/** The same as REST. A kill switch without an account is that for all. */
@Controller()
export class RiskGrpcController {
  constructor(private readonly risk: RiskService) {}

  @GrpcMethod(service, 'SetRiskLimits')
  @Access('admin')
  setRiskLimits(@Payload() request: SetRiskLimitsMessage, @RequestOrigin() origin: Origin): Promise<RiskLimitsView> {
    return this.risk.setLimits(accountIdOf(request), request, origin);
  }

  @GrpcMethod(service, 'GetRiskLimits')
  @Access('read')
  getRiskLimits(@Payload() request: RiskAccountMessage): Promise<RiskLimitsView> {
    return this.risk.limits(accountIdOf(request));
  }

  @GrpcMethod(service, 'GetExposure')
  @Access('read')
  getExposure(@Payload() request: RiskAccountMessage): Promise<ExposureView> {
    return this.risk.exposure(accountIdOf(request));
  }

  @GrpcMethod(service, 'EngageKillSwitch')
  @Access('admin')
  async engageKillSwitch(
    @Payload() request: EngageKillSwitchMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ killSwitch: KillSwitchView; canceledOrders: number }> {
    const { canceledOrders, ...killSwitch } = await this.risk.engage(accountOrAll(request), request, origin);
    return { killSwitch, canceledOrders };
  }

  @GrpcMethod(service, 'ReleaseKillSwitch')
  @Access('admin')
  async releaseKillSwitch(
    @Payload() request: KillSwitchMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ killSwitch: KillSwitchView }> {
    return { killSwitch: await this.risk.release(accountOrAll(request), origin) };
  }

  @GrpcMethod(service, 'GetKillSwitch')
  @Access('read')
  async getKillSwitch(@Payload() request: KillSwitchMessage): Promise<{ killSwitch: KillSwitchView }> {
    return { killSwitch: await this.risk.killSwitch(accountOrAll(request)) };
  }
}

function accountIdOf({ accountId }: RiskAccountMessage): number {
  return parseId('acc', accountId)!;
}

function accountOrAll({ accountId }: KillSwitchMessage): number | undefined {
  return accountId === undefined ? undefined : parseId('acc', accountId)!;
}
