import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ServiceDefinition } from '@grpc/proto-loader';
import { loadSync } from '@grpc/proto-loader';

describe('the protos of exchange.v1', () => {
  const services = ['account', 'order', 'risk', 'market_data', 'settlement', 'audit'].map(
    (name) => `exchange/v1/${name}_service.proto`,
  );
  const definition = loadSync(services, { includeDirs: ['proto'], longs: Number, enums: String });

  function service(name: string): ServiceDefinition {
    return definition[`exchange.v1.${name}`] as ServiceDefinition;
  }

  it.each([
    [
      'AccountService',
      'CreateAccount GetAccount ListAccounts UpdateAccount Deposit Withdraw Transfer GetBalances ListLedgerEntries ListAccountTrades',
    ],
    ['OrderService', 'PlaceOrder CancelOrder CancelOrders GetOrder ListOrders StreamEvents'],
    [
      'MarketDataService',
      'ListMarkets GetTicker GetOrderBook ListTrades ListCandles StreamBook StreamTrades StreamTickers StreamCandles',
    ],
    ['RiskService', 'SetRiskLimits GetRiskLimits GetExposure EngageKillSwitch ReleaseKillSwitch GetKillSwitch'],
    ['SettlementService', 'ListSettlements GetSettlement ListObligations CloseSettlementCycles'],
    [
      'AuditService',
      'ListEvents Verify GetState ExplainOrder Reconcile InjectFault ListFaults GetFault ClearFault ClearFaults ListScenarios LoadScenario GetScenario StartScenario StopScenario StreamEvents',
    ],
  ])('%s has the methods of the contract, and no others', (name, methods) => {
    expect(Object.keys(service(name)).join(' ')).toBe(methods);
  });

  it('speak camelCase in the code, and tell what is absent from what is empty', () => {
    const { requestSerialize, requestDeserialize } = service('OrderService').PlaceOrder!;
    const request = { accountId: 'acc-1', symbol: 'BTC-USD', side: 'SIDE_BUY', clientOrderId: '', postOnly: false };
    expect(requestDeserialize(requestSerialize(request))).toEqual(request);
  });

  it('keep sequences and times whole', () => {
    const { responseSerialize, responseDeserialize } = service('AuditService').ListEvents!;
    const record = {
      sequence: Number.MAX_SAFE_INTEGER,
      time: { seconds: 1_678_406_400, nanos: 1_000_000 },
    };
    expect(responseDeserialize(responseSerialize({ items: [record] }))).toEqual({ items: [record] });
  });

  it('are what is served (else: npm run protos)', () => {
    const fresh = execFileSync(process.execPath, ['scripts/grpc-contract.ts']);
    expect(readFileSync('proto/contract.json').equals(fresh)).toBe(true);
  });

  it('are what reflection tells of them (else: npm run protos)', () => {
    const fresh = execFileSync('node_modules/.bin/buf', [
      ...[
        'build',
        '--path',
        'proto/exchange',
        '--as-file-descriptor-set',
        '--exclude-source-info',
        '-o',
        '-#format=binpb',
      ],
    ]);
    expect(readFileSync('proto/descriptors.binpb').equals(fresh)).toBe(true);
  });
});
