import { Client, credentials } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { Application } from '../../application.js';
import { Settings } from '../../config/settings.js';
import type { OrderJudgement } from '../../engine/risk/judgement.js';
import { openApplication } from '../../open-application.js';
import { Venue } from '../../venue/venue.js';
import type { ExplanationView, FactKind, FactView } from './explanation-view.js';
import { client, type Fates, liveEveryFate } from './fates.fixture.js';
import { JudgementDesk } from './judgement-desk.js';

const audit = loadSync('exchange/v1/audit_service.proto', { includeDirs: ['proto'], longs: Number, enums: String })[
  'exchange.v1.AuditService'
] as ServiceDefinition;

/** Which event of its record each kind of fact is about. */
const eventsOfKinds: Readonly<Record<FactKind, readonly string[]>> = {
  REQUEST: ['OrderPlaced', 'OrderRejected'],
  FAULT: ['OrderPlaced', 'OrderRejected'],
  RULES: ['OrderPlaced', 'OrderRejected'],
  REJECTED: ['OrderRejected'],
  ACCEPTED: ['OrderPlaced'],
  RELEASED: ['OrderReleased'],
  TRADE: ['TradeExecuted'],
  POSTINGS: ['TradeExecuted'],
  RESTED: ['OrderRested'],
  EXPIRED: ['OrderExpired'],
  CANCELED: ['OrderCanceled'],
  BALANCES: ['OrderPlaced', 'TradeExecuted', 'OrderRested', 'OrderCanceled', 'OrderExpired'],
  SETTLEMENT_CYCLE: ['SettlementCycleClosed'],
  INSTRUCTION: ['SettlementCycleClosed', 'InstructionStatusesChanged'],
};

// biome-ignore lint/suspicious/noExplicitAny: what arrives is looked at field by field.
type Json = any;

let application: Application;
let http: string;
let grpc: string;
let fates: Fates;

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${http}${path}`, { headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text.startsWith('{') ? JSON.parse(text) : text };
}

const explanationOf = async (fate: keyof Fates): Promise<ExplanationView> =>
  (await get(`/audit/v1/orders/ord-${fates[fate]}/explain`)).body;

const only = (explanation: ExplanationView, kind: FactKind) => explanation.facts.filter((fact) => fact.kind === kind);
const one = (explanation: ExplanationView, kind: FactKind): FactView => {
  const [fact, ...more] = only(explanation, kind);
  if (fact === undefined || more.length > 0) throw new Error(`${more.length} more facts of kind ${kind}`);
  return fact;
};
const numbersOf = (explanation: ExplanationView, rule: string) =>
  one(explanation, 'RULES')
    .rules!.find((judged) => judged.rule === rule)!
    .numbers.map(({ name, value, unit = '' }) => `${name} ${value} ${unit}`.trim());

beforeAll(async () => {
  const fixed = { HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'fatal', STORE: 'memory', PRICE_SOURCE: 'fixed' };
  // No beat comes in between, in which quotes would grow back.
  const settings = Settings.from({ ...fixed, LIQUIDITY: 'thin', PRICE_INTERVAL_MS: '3600000' });
  application = await openApplication(settings, (error) => {
    throw error;
  });
  ({ http, grpc } = await application.listen());
  fates = await liveEveryFate(application.nest.get(Venue));
  const body = JSON.stringify({ asOf: '2100-01-01' });
  await fetch(`${http}/api/v1/settlements/cycles`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
  });
  const isSettled = ({ status }: Json) => status === 'SETTLED';
  while (!(await get('/api/v1/settlements')).body.items.every(isSettled)) await application.nest.get(Venue).durable();
});

afterAll(() => application.close());

describe('an order is explained', () => {
  it('with facts that are all in the journal, each in the record that it names', async () => {
    for (const fate of Object.keys(fates) as (keyof Fates)[]) {
      const { facts, complete } = await explanationOf(fate);
      expect([fate, complete, facts.map(({ sequence }) => sequence)]).toEqual([
        ...[fate, true, facts.map(({ sequence }) => sequence).sort((a, b) => a - b)],
      ]);
      for (const fact of facts) await assertInJournal(fact, fates[fate]);
    }
  });

  it('that was filled at the market: by which level of the liquidity provider, for what, and how it was settled', async () => {
    const explanation = await explanationOf('filledAtMarket');
    expect(explanation.conclusion).toBe('Filled: it bought 0.25 BTC for 15013.8025 USD.');
    expect(one(explanation, 'REQUEST').origin).toEqual(client);
    expect(one(explanation, 'RULES').market).toEqual({
      ...{ referencePrice: '60000', bestBid: '59951.99', bestAsk: '60048.01', fillable: '0.25' },
    });
    expect(numbersOf(explanation, 'sufficient-funds')).toEqual(['couldCost 15043.830105 USD', 'available 100000 USD']);
    expect(only(explanation, 'TRADE').map(({ trade }) => trade)).toMatchObject([
      { price: '60048.01', quantity: '0.2', fee: '24.019204', counterparty: 'LIQUIDITY_PROVIDER', liquidityLevel: 0 },
      { price: '60084.01', quantity: '0.05', fee: '6.008401', liquidity: 'TAKER', liquidityLevel: 1 },
    ]);
    expect(only(explanation, 'POSTINGS')[0]!.postings!.map(({ type, asset, amount }) => [type, asset, amount])).toEqual(
      [
        ['TRADE', 'BTC', '0.2'],
        ['TRADE', 'USD', '-12009.602'],
        ['FEE', 'USD', '-24.019204'],
      ],
    );
    const statuses = only(explanation, 'INSTRUCTION').map(({ instruction }) => instruction!.status);
    expect([...new Set(statuses)].sort()).toEqual(['INSTRUCTED', 'PENDING', 'SETTLED']);
    expect(explanation.notes).toEqual([]);
  });

  it('that waited in the queue: who was ahead, and who came', async () => {
    const explanation = await explanationOf('restedThenFilled');
    expect(one(explanation, 'RESTED').sentence).toBe('It came to rest at 60000, behind 1 order with 0.02.');
    expect(one(await explanationOf('stillOpen'), 'RESTED').sentence).toBe(
      'It came to rest at 58000, first at its price.',
    );
    expect(one(explanation, 'RESTED').queue).toEqual({ price: '60000', ordersAhead: 1, quantityAhead: '0.02' });
    expect(one(explanation, 'TRADE')).toMatchObject({
      trade: { liquidity: 'MAKER', counterparty: 'CUSTOMER', quantity: '0.1', fee: '6' },
    });
    const behindNobody = (await explanationOf('partlyFilledThenCanceled')).facts.find(({ kind }) => kind === 'RESTED');
    expect(behindNobody!.queue).toEqual({ price: '60000', ordersAhead: 0, quantityAhead: '0' });
  });

  it('that was refused: by which rule, by which numbers, and which rules were not asked any more', async () => {
    const funds = await explanationOf('refusedForFunds');
    expect(numbersOf(funds, 'sufficient-funds')).toEqual(['couldCost 300600 USD', 'available 98798.8 USD']);
    const collar = await explanationOf('refusedForCollar');
    expect(numbersOf(collar, 'price-collar')).toEqual([
      ...['price 66001 USD', 'highest 66000 USD', 'referencePrice 60000 USD', 'collar 1000 bps'],
    ]);
    const { rules } = one(collar, 'RULES');
    const outcomes = rules!.map(({ outcome }) => outcome);
    expect([outcomes[9], new Set(outcomes.slice(10))]).toEqual(['REFUSED', new Set(['NOT_ASKED'])]);
    const limit = await explanationOf('refusedForLimit');
    expect(numbersOf(limit, 'account-limits')).toEqual(['POSITION BTC 10.52 BTC', 'POSITION BTC limit 10 BTC']);
    for (const each of [funds, collar, limit]) expect(each.order.status).toBe('REJECTED');
  });

  it.each([
    ['partlyFilledThenCanceled', 'CANCELED', 'CLIENT', 'key-5'],
    ['canceledWithAll', 'CANCELED', 'CLIENT', 'all open orders of the account in BTC-USD'],
    ['canceledByKillSwitch', 'CANCELED', 'KILL_SWITCH', 'admin over GRPC engaged the kill switch of its account'],
    ['canceledOnDisconnect', 'CANCELED', 'CANCEL_ON_DISCONNECT', 'connection'],
    ['expiredIoc', 'EXPIRED', 'IMMEDIATE_OR_CANCEL', 'IOC'],
    ['killedFok', 'EXPIRED', 'FILL_OR_KILL', 'FOK'],
    ['selfTradeMaker', 'EXPIRED', 'SELF_TRADE_PREVENTION', 'of its own account met it'],
    ['refusedForFunds', 'REJECTED', 'INSUFFICIENT_FUNDS', '98798.8 USD is available'],
    ['filledInPart', 'EXPIRED', 'NO_LIQUIDITY', 'A fault let at most 40 % of it be filled at once'],
  ] as const)('with why it ended: %s', async (fate, kind, cause, words) => {
    const explanation = await explanationOf(fate);
    expect(one(explanation, kind)).toMatchObject({ cause, sentence: expect.stringContaining(words) });
  });

  it('with the trace and the faults of its request', async () => {
    const explanation = await explanationOf('struckByFault');
    expect(one(explanation, 'REQUEST').origin).toMatchObject({ traceId: expect.any(String), faults: ['flt-3'] });
    expect(one(explanation, 'FAULT').faultId).toBe('flt-3');
    expect(explanation.order).toMatchObject({ quoteQuantity: '500', side: 'BUY' });
    expect(await explanationOf('byValue')).toMatchObject({ order: { quoteQuantity: '500', side: 'SELL' } });
  });

  it('that a fault kept waiting: when it was let go, without a place in the queue that it did not have', async () => {
    const rested = await explanationOf('keptWaiting');
    expect(rested.facts.map(({ kind }) => kind)).toEqual([
      ...['REQUEST', 'RULES', 'ACCEPTED', 'BALANCES', 'RELEASED', 'RESTED', 'BALANCES'],
    ]);
    expect(one(rested, 'RESTED').queue).toBeUndefined();
    expect(one(rested, 'RELEASED').sequence).toBe(one(rested, 'RESTED').sequence);
    const { sentence, cause } = one(await explanationOf('keptWaitingExpired'), 'EXPIRED');
    const asked = 'What could not be filled at once expired, as IOC asks for.';
    expect([cause, sentence]).toEqual(['IMMEDIATE_OR_CANCEL', asked]);
  });

  it('over gRPC in the same words', async () => {
    const { path, requestSerialize, responseDeserialize } = audit.ExplainOrder as MethodDefinition<object, object>;
    const caller = new Client(grpc, credentials.createInsecure());
    const answer = await new Promise<Json>((resolve, reject) =>
      caller.makeUnaryRequest(
        ...([path, requestSerialize, responseDeserialize, { orderId: `ord-${fates.restedThenFilled}` }] as const),
        (error, value) => (error ? reject(error) : resolve(value)),
      ),
    ).finally(() => caller.close());
    const rest = await explanationOf('restedThenFilled');
    expect(answer.facts.map(({ sequence, kind, sentence }: Json) => [sequence, kind, sentence])).toEqual(
      rest.facts.map(({ sequence, kind, sentence }) => [sequence, `FACT_KIND_${kind}`, sentence]),
    );
    const rules = answer.facts.find(({ kind }: Json) => kind === 'FACT_KIND_RULES').rules;
    expect(rules.at(-2)).toMatchObject({ rule: 'sufficient-funds', outcome: 'RULE_OUTCOME_PASSED' });
    expect(rules.at(-2).numbers).toEqual(one(rest, 'RULES').rules!.at(-2)!.numbers);
    const trade = answer.facts.find(({ kind }: Json) => kind === 'FACT_KIND_TRADE').trade;
    expect(trade).toMatchObject({ liquidity: 'LIQUIDITY_MAKER', counterparty: 'COUNTERPARTY_CUSTOMER', fee: '6' });
  });

  it('as a page without anything from elsewhere, at its own address and for browsers', async () => {
    const address = `/audit/v1/orders/ord-${fates.canceledByKillSwitch}/explain`;
    const page = await get(`${address}.html`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const { facts } = await explanationOf('canceledByKillSwitch');
    for (const { sentence, sequence } of facts) {
      expect(page.text).toContain(sentence);
      expect(page.text).toContain(`#${sequence}`);
    }
    expect(page.text).toContain('prefers-color-scheme: dark');
    expect(page.text).not.toMatch(/<script|https?:|url\(|@import/);
    const browser = await get(address, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([browser.headers.get('content-type'), browser.text]).toEqual(['text/html; charset=utf-8', page.text]);
    expect((await get(address, { accept: '*/*' })).body.order.orderId).toBe(`ord-${fates.canceledByKillSwitch}`);
  });

  it.each([
    ['/audit/v1/orders/ord-9999/explain', 404, 'ORDER_NOT_FOUND'],
    ['/audit/v1/orders/ord-9999/explain.html', 404, 'ORDER_NOT_FOUND'],
    ['/audit/v1/orders/7/explain', 400, 'VALIDATION_FAILED'],
  ])('or not: %s', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('orders are judged one after another', () => {
  const judgement: OrderJudgement = { market: {}, rules: [] };

  it('and what was found is kept', async () => {
    const judged: number[] = [];
    const desk = new JudgementDesk(async (orderId) => {
      judged.push(orderId);
      return judgement;
    });
    expect(await Promise.all([desk.ask(7), desk.ask(7), desk.ask(8)])).toEqual([judgement, judgement, judgement]);
    expect(judged).toEqual([7, 8]);
  });

  it('a bounded number waits, and a failure is told and not kept', async () => {
    const gate = Promise.withResolvers<OrderJudgement>();
    const desk = new JudgementDesk(() => gate.promise);
    const asked = Array.from({ length: 9 }, (_, index) => desk.ask(index + 1));
    expect(await asked[8]).toContain('8 orders wait');
    gate.reject(new Error('the thread was ended'));
    expect(await asked[0]).toContain('the thread was ended');
    expect(await desk.ask(1)).toContain('the thread was ended');
  });
});

/** The record that a fact names has the event that it is about, at that time. */
async function assertInJournal(fact: FactView, orderId: number): Promise<void> {
  const [record] = (await get(`/audit/v1/events?afterSequence=${fact.sequence - 1}&limit=1`)).body.items;
  expect([record.sequence, record.time]).toEqual([fact.sequence, fact.time]);
  const events = record.events.filter(({ type }: Json) => eventsOfKinds[fact.kind].includes(type));
  const mentions = JSON.stringify(events);
  if (fact.instruction) expect(mentions).toContain(`"${fact.instruction.instructionId}"`);
  else if (fact.kind !== 'SETTLEMENT_CYCLE') expect(mentions).toMatch(new RegExp(`[oO]rderId":"ord-${orderId}"`));
  if (fact.trade) {
    const { tradeId, price, quantity, notional, liquidity, fee } = fact.trade;
    const event = events.find((each: Json) => each.tradeId === tradeId);
    expect(event).toMatchObject({ price, quantity, notional });
    expect(liquidity === 'TAKER' ? event.takerFee : event.makerFee).toBe(fee);
  }
  if (fact.postings) expect(mentions).toContain(`"${fact.postings[0]!.tradeId}"`);
  if (fact.balances) expect(record.balances).toEqual(expect.arrayContaining([...fact.balances]));
  if (fact.faultId) expect(record.origin.faults).toContain(fact.faultId);
  const refusing = fact.rules?.find(({ outcome }) => outcome === 'REFUSED');
  if (fact.rules) expect(refusing?.rejectCode).toBe(record.reject?.code);
}
