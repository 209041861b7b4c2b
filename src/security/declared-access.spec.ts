import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { Application } from '../application.js';
import { Settings } from '../config/settings.js';
import { accessMetadata } from '../edge/access.js';
import { openApplication } from '../open-application.js';

const settings = Settings.from({ HTTP_PORT: '0', GRPC_PORT: '0', STORE: 'memory', LOG_LEVEL: 'fatal' });

/** Every method of a controller that answers requests, with what it declares: `OrdersController.place: trade`. */
function handlersOf(application: Application): string[] {
  const handlers: string[] = [];
  for (const { controllers } of application.nest.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      const type = metatype as new () => object;
      for (const name of Object.getOwnPropertyNames(type.prototype)) {
        const method = type.prototype[name as never] as object;
        if (typeof method !== 'function' || !answersRequests(method)) continue;
        const level = Reflect.getMetadata(accessMetadata, method) ?? Reflect.getMetadata(accessMetadata, type);
        handlers.push(`${type.name}.${name}: ${level}`);
      }
    }
  }
  return handlers;
}

function answersRequests(method: object): boolean {
  return Reflect.hasMetadata(METHOD_METADATA, method) || Reflect.hasMetadata(PATTERN_METADATA, method);
}

describe('every route and every rpc method', () => {
  let application: Application;
  let handlers: string[];

  beforeAll(async () => {
    application = await openApplication(settings, (error) => {
      throw error;
    });
    handlers = handlersOf(application);
  });

  afterAll(() => application.close());

  it('declares who may call it', () => {
    expect(handlers.filter((handler) => handler.endsWith(': undefined'))).toEqual([]);
    expect(handlers).toEqual(
      expect.arrayContaining(['OrdersController.place: trade', 'AuditGrpcController.verify: audit']),
    );
    expect(handlers.length).toBeGreaterThan(50);
  });

  it('is public only where it tells of markets, and a probe only where it tells of health', () => {
    const open = handlers
      .filter((handler) => /: (public|probe)$/.test(handler))
      .map((handler) => handler.split('.')[0]);
    expect(new Set(open)).toEqual(
      new Set([
        'MarketDataController',
        'MarketDataGrpcController',
        'MarketStreamsGrpcController',
        'StreamsController',
        'HealthController',
        'MetricsController',
      ]),
    );
    expect(handlers.filter((handler) => handler.startsWith('StreamsController.'))).toEqual([
      'StreamsController.market: public',
      'StreamsController.account: handshake',
      'StreamsController.audit: audit',
    ]);
  });
});
