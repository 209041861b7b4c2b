import process from 'node:process';
import { jest } from '@jest/globals';
import request from 'supertest';
import { playScenario } from '../scripts/scenario/scenario-show.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';
import { sourceProgram } from './server.fixture.js';

const shipped = ['brownout', 'exchange-outage', 'flash-crash', 'settlement-failure', 'stablecoin-depeg'];
let exchange: RunningExchange;

beforeAll(async () => {
  exchange = await RunningExchange.start({ CHAOS_ENABLED: 'true' });
}, 30_000);

afterAll(() => exchange.stop());

async function audit(method: 'get' | 'post' | 'delete', path: string, body: object = {}): Promise<Answer> {
  const sent = request(exchange.addresses.http)[method](`/audit/v1${path}`);
  return (await (method === 'post' ? sent.send(body) : sent)).body;
}

const load = (definition: string) => audit('post', '/scenarios', { definition });
const start = (name: string, speed: number) => audit('post', `/scenarios/${name}/start`, { speed });
const shown = (name: string) => audit('get', `/scenarios/${name}`);

describe('scenarios', () => {
  it('come with the exchange, each good to be played', async () => {
    const { items } = await audit('get', '/scenarios');
    expect(items.map(({ name }: Answer) => name)).toEqual(shipped);
    for (const name of shipped) {
      const { run } = await start(name, 10_000);
      expect(run.status).toBe('RUNNING');
      await eventually(async () => expect((await shown(name)).run).toMatchObject({ status: 'DONE', progress: 1 }));
      const { steps } = await shown(name);
      expect(steps.every(({ doneAt }: Answer) => doneAt !== undefined)).toBe(true);
    }
    await eventually(async () => expect((await audit('get', '/faults?inForce=true')).items).toEqual([]));
    expect((await audit('get', '/verify')).ok).toBe(true);
  });

  it('are loaded, started, watched and stopped, one at a time', async () => {
    const long =
      'name: long\ndescription: Halts a market for an hour.\nsteps:\n  - at: 0\n    inject: { kind: halt, target: { symbol: BTC-USD }, untilCleared: true }\n  - at: 3600\n    note: The end.\n';
    expect(await load(long)).toMatchObject({ name: 'long', lengthSeconds: 3600 });
    await start('long', 1);
    await eventually(async () => expect((await shown('long')).steps[0].faultId).toMatch(/^flt-/));
    const isHalted = async () => {
      const { body } = await request(exchange.addresses.http).get('/api/v1/markets/BTC-USD');
      return body.status === 'HALTED';
    };
    await eventually(async () => expect(await isHalted()).toBe(true));
    expect(await start('brownout', 1)).toMatchObject({ status: 409, code: 'SCENARIO_RUNNING' });
    expect(await load(long)).toMatchObject({ status: 409, code: 'SCENARIO_RUNNING' });
    expect((await audit('post', '/scenarios/long/stop')).run.status).toBe('STOPPED');
    expect(await isHalted()).toBe(false);
    expect(await shown('nothing')).toMatchObject({
      status: 404,
      code: 'SCENARIO_NOT_FOUND',
      detail: expect.stringContaining('brownout'),
    });
  });

  it.each([
    ['not YAML', 'name: [', 'definition'],
    ['a list', '- a\n', 'definition'],
    ['no steps', 'name: x\ndescription: d\nsteps: []\n', 'steps'],
    ['an unknown part', 'name: x\ndescription: d\nsteps: [{ at: 0, note: n }]\nloops: 3\n', 'loops'],
    ['a step of nothing', 'name: x\ndescription: d\nsteps: [{ at: 0 }]\n', 'steps[0]'],
    ['a wrong fault', 'name: x\ndescription: d\nsteps: [{ at: 0, inject: { kind: rain } }]\n', 'steps[0].inject.kind'],
    ['no fault', 'name: x\ndescription: d\nsteps: [{ at: 0, inject: halt }]\n', 'steps[0].inject'],
    [
      'a parameter of another kind',
      'name: x\ndescription: d\nsteps: [{ at: 0, inject: { kind: halt, parameters: { delayMs: 5 } } }]\n',
      'steps[0].inject.parameters.delayMs',
    ],
    ['a name nobody has', 'name: x\ndescription: d\nsteps: [{ at: 0, clear: storm }]\n', 'steps[0].clear'],
    ['steps out of order', 'name: x\ndescription: d\nsteps: [{ at: 5, note: n }, { at: 1, note: n }]\n', 'steps[1].at'],
  ])('are refused with %s, and the place is named', async (_, definition, field) => {
    const { code, errors } = await load(definition);
    expect([code, errors.map((error: Answer) => error.field)]).toEqual(['VALIDATION_FAILED', [field]]);
  });

  it('are not warned of on stderr where their text is merely odd', async () => {
    const warned = jest.spyOn(process, 'emitWarning');
    expect(await load('name: odd\ndescription: d\nsteps:\n  - &t: 0\n    note: n\n')).toMatchObject({ status: 400 });
    expect(warned).not.toHaveBeenCalled();
  });
});

it('plays an outage to traders, a custodian and a risk monitor, and everything adds up (npm run scenario)', async () => {
  const { status, steps, told, invariants } = await playScenario({
    ...{ scenario: 'exchange-outage', seconds: 6, traders: 3, seed: 5 },
    server: sourceProgram('src/main.ts').slice(1),
    onProgress: () => undefined,
  });
  expect(status).toBe('DONE');
  expect(steps.filter(({ struck = 0 }) => struck > 0).length).toBeGreaterThanOrEqual(4);
  expect(told.some(({ order, unanswered }) => order !== undefined && unanswered > 0)).toBe(true);
  expect(told.some(({ refusal }) => refusal?.code === 'VENUE_DOWN')).toBe(true);
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
}, 60_000);
