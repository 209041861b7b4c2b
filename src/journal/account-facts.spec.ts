import type { Event } from '../engine/event.js';
import { externalAccountId, feesAccountId, liquidityAccountId } from '../engine/ids.js';
import { accountFacts } from './account-facts.js';

const [ann, bob] = [2, 3];
const balance = (accountId: number, asset: string) => ({ accountId, asset, available: 1n, held: 0n });

/** `2 ORDER_FILLED 7`: whose, what, and of which trade, order or transfer. */
function told(events: readonly Partial<Event>[], balances: ReturnType<typeof balance>[] = []): string[] {
  return accountFacts({ events: events as Event[], balances }).map(({ accountId, type, event, balance: after }) => {
    const { tradeId, orderId, transferId } = (event ?? {}) as Record<string, number>;
    return `${accountId} ${type} ${tradeId ?? orderId ?? transferId ?? after?.asset ?? ''}`.trim();
  });
}

const trade = (tradeId: number, takerAccountId: number, makerAccountId: number) =>
  ({ type: 'TradeExecuted', tradeId, takerAccountId, makerAccountId }) as const;
const funds = (type: 'FundsMoved' | 'TransferRejected', kind: 'DEPOSIT' | 'WITHDRAWAL' | 'TRANSFER') => ({
  ...{ type, kind, transferId: 9 },
  fromAccountId: kind === 'DEPOSIT' ? externalAccountId : ann,
  toAccountId: kind === 'WITHDRAWAL' ? externalAccountId : bob,
});

describe('what a record tells its accounts', () => {
  it('is its events as they stand, of a trade the taker first, and then the balances', () => {
    const events = [
      { type: 'OrderPlaced', orderId: 8, accountId: bob } as const,
      { type: 'OrderExpired', orderId: 5, accountId: bob } as const,
      trade(1, bob, ann),
      trade(2, bob, liquidityAccountId),
      { type: 'OrderRested', orderId: 8 } as const,
    ];
    expect(told(events, [balance(ann, 'USD'), balance(bob, 'BTC'), balance(bob, 'USD')])).toEqual([
      '3 ORDER_ACCEPTED 8',
      '3 ORDER_EXPIRED 5',
      '3 ORDER_FILLED 1',
      '2 ORDER_FILLED 1',
      '3 ORDER_FILLED 2',
      '2 BALANCE_CHANGED USD',
      '3 BALANCE_CHANGED BTC',
      '3 BALANCE_CHANGED USD',
    ]);
  });

  it('is nothing for the venue itself', () => {
    expect(told([trade(3, liquidityAccountId, ann)])).toEqual(['2 ORDER_FILLED 3']);
    expect(told([{ type: 'FundsMoved', fromAccountId: externalAccountId, toAccountId: feesAccountId }])).toEqual([]);
    expect(told([{ type: 'PricesMoved' }, { type: 'ApiKeyIssued', accountId: ann }])).toEqual([]);
  });

  it('is for both sides of a transfer, but a refused one tells only whose funds they would have been', () => {
    expect(told([funds('FundsMoved', 'TRANSFER')])).toEqual(['2 TRANSFER_COMPLETED 9', '3 TRANSFER_COMPLETED 9']);
    expect(told([funds('FundsMoved', 'DEPOSIT')])).toEqual(['3 TRANSFER_COMPLETED 9']);
    expect(told([funds('TransferRejected', 'TRANSFER')])).toEqual(['2 TRANSFER_REJECTED 9']);
    expect(told([funds('TransferRejected', 'DEPOSIT')])).toEqual(['3 TRANSFER_REJECTED 9']);
    expect(told([funds('TransferRejected', 'WITHDRAWAL')])).toEqual(['2 TRANSFER_REJECTED 9']);
  });

  it('is the life of an account and of its orders', () => {
    const types = ['AccountOpened', 'AccountStatusChanged', 'OrderRejected', 'OrderCanceled'] as const;
    expect(told(types.map((type) => ({ type, accountId: ann }) as Partial<Event>))).toEqual([
      '2 ACCOUNT_OPENED',
      '2 ACCOUNT_STATUS_CHANGED',
      '2 ORDER_REJECTED',
      '2 ORDER_CANCELED',
    ]);
  });

  it('is every crossing of its limits, but not the limits and kill switches themselves', () => {
    const crossings = ['RiskWarningRaised', 'RiskLimitBreached', 'RiskEased'] as const;
    const silent = ['RiskLimitsSet', 'KillSwitchEngaged', 'KillSwitchReleased'] as const;
    expect(told([...crossings, ...silent].map((type) => ({ type, accountId: ann }) as Partial<Event>))).toEqual([
      '2 RISK_WARNING',
      '2 RISK_BREACHED',
      '2 RISK_EASED',
    ]);
  });
});
