import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { GrpcWords } from './grpc-words.js';

const types = protobuf.Root.fromJSON(JSON.parse(readFileSync('proto/contract.json', 'utf8')));
const typeOf = (name: string) => () => types.lookupType(`exchange.v1.${name}`);
const read = (name: string, message: object) => GrpcWords.reading().ofMessage(typeOf(name))(message);
const written = (name: string, view: object) => GrpcWords.writing().ofMessage(typeOf(name))(view);

describe('the words of gRPC', () => {
  it('are read as those of JSON', () => {
    const request = { accountId: 'acc-7', side: 'SIDE_BUY', type: 'ORDER_TYPE_LIMIT', clientOrderId: 'SIDE_BUY' };
    expect(read('PlaceOrderRequest', request)).toEqual({ ...request, side: 'BUY', type: 'LIMIT' });
  });

  it('are absent where they are not specified, and left as they are where there is no such word', () => {
    expect(read('PlaceOrderRequest', { side: 'SIDE_UNSPECIFIED', type: 99 })).toEqual({ side: undefined, type: 99 });
  });

  it('tell times to the millisecond', () => {
    const from = { seconds: 1_700_000_000, nanos: 123_999_999 };
    expect(read('ListCandlesRequest', { from })).toEqual({ from: '2023-11-14T22:13:20.123Z' });
    expect(read('ListCandlesRequest', { from: {} })).toEqual({ from: '1970-01-01T00:00:00.000Z' });
  });

  it.each([{ seconds: 1e15 }, { nanos: -1 }, { nanos: 1_000_000_000 }])('leave the time %j to validation', (from) => {
    expect(read('ListCandlesRequest', { from })).toEqual({ from });
  });

  it('are written at every depth of an answer', () => {
    const fill = { tradeId: 'trd-1', liquidity: 'TAKER', executedAt: '2023-11-14T22:13:20.123Z' };
    const order = { status: 'FILLED', clientOrderId: null, fills: [fill], createdAt: '2023-11-14T22:13:20.000Z' };
    expect(written('ListOrdersResponse', { items: [order], nextCursor: null })).toEqual({
      items: [
        {
          status: 'ORDER_STATUS_FILLED',
          clientOrderId: null,
          fills: [
            { ...fill, liquidity: 'LIQUIDITY_TAKER', executedAt: { seconds: 1_700_000_000, nanos: 123_000_000 } },
          ],
          createdAt: { seconds: 1_700_000_000, nanos: 0 },
        },
      ],
      nextCursor: null,
    });
  });

  it('leave what is not theirs as it is', () => {
    const record = { command: { fields: { type: { stringValue: 'PlaceOrder' } } }, hash: 'ab' };
    expect(written('JournalRecord', record)).toEqual(record);
    expect(read('ListMarketsRequest', {})).toEqual({});
  });
});
