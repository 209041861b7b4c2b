import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { CustodianProcess } from './custodian-process.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';
import { SettlingExchange } from './settling-exchange.fixture.js';

const settlement = loadSync('custodian/v1/settlement.proto', { includeDirs: ['proto'], enums: String, defaults: true })[
  'custodian.v1.SettlementService'
] as ServiceDefinition;

const instruction = {
  ...{ venueId: 'v', instructionId: 'ins-1', accountId: 'acc-7', asset: 'BTC', amount: '-0.1' },
  ...{ settlementDate: '2026-01-31', attempt: 1 },
};

/** The contract, as its reference keeps it: what any other custodian would have to keep too. */
describe('the reference custodian', () => {
  let folder: string;
  let custodian: CustodianProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custodian-'));
    custodian = await CustodianProcess.start({ store: join(folder, 'custody.jsonl') });
  });

  afterEach(async () => {
    await custodian.kill();
    rmSync(folder, { recursive: true });
  });

  /** What it answers, or the status that it refuses with. */
  function ask(method: string, request: object): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = settlement[method] as MethodDefinition<object, object>;
    const client = new Client(custodian.address, credentials.createInsecure());
    return new Promise<Answer>((resolve) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer: Answer) =>
        resolve(error === null ? answer.instruction : (error as ServiceError).code),
      );
    }).finally(() => client.close());
  }

  it('settles once, however often it is told to', async () => {
    for (let count = 0; count < 3; count += 1) {
      expect(await ask('SubmitInstruction', instruction)).toMatchObject({
        ...instruction,
        status: 'INSTRUCTION_STATUS_SETTLED',
      });
    }
    await ask('SubmitInstruction', { ...instruction, attempt: 2 });
    expect(await custodian.positions('v')).toEqual({ 'acc-7 BTC': '-0.1' });
    expect(await custodian.positions('w')).toEqual({});
  });

  it('tries what failed anew with a higher attempt, and not with the same one', async () => {
    await custodian.behave({ failureShare: 1 });
    const failed = await ask('SubmitInstruction', instruction);
    expect(failed).toMatchObject({ status: 'INSTRUCTION_STATUS_FAILED', reason: 'attempt 1 was made to fail' });
    await custodian.behave({ failureShare: 0 });
    expect(await ask('SubmitInstruction', instruction)).toEqual(failed);
    expect(await ask('SubmitInstruction', { ...instruction, attempt: 2 })).toMatchObject({
      status: 'INSTRUCTION_STATUS_SETTLED',
    });
  });

  it('fails the same attempts with the same seed', async () => {
    const failures = async (seed: number, venueId: string): Promise<string> => {
      await custodian.behave({ failureShare: 0.5, seed });
      const ids = Array.from({ length: 30 }, (_, index) => `ins-${index + 1}`);
      const answers = await Promise.all(
        ids.map((instructionId) => ask('SubmitInstruction', { ...instruction, venueId, instructionId })),
      );
      return answers.map(({ status: word }) => word.slice(19, 20)).join('');
    };
    const first = await failures(1, 'a');
    expect(await failures(1, 'b')).toBe(first);
    expect(await failures(2, 'c')).not.toBe(first);
    expect(first).toMatch(/F.*S|S.*F/);
  });

  it('refuses what it cannot understand, what has other terms, and what it does not know', async () => {
    await ask('SubmitInstruction', instruction);
    expect(await ask('SubmitInstruction', { ...instruction, amount: '0.2' })).toBe(status.ALREADY_EXISTS);
    expect(await ask('SubmitInstruction', { ...instruction, amount: '1e3' })).toBe(status.INVALID_ARGUMENT);
    expect(await ask('SubmitInstruction', { ...instruction, attempt: 0 })).toBe(status.INVALID_ARGUMENT);
    expect(await ask('GetInstruction', { venueId: 'w', instructionId: 'ins-1' })).toBe(status.NOT_FOUND);
  });

  it('knows after kill -9 what it knew, and finishes what it had begun', async () => {
    await ask('SubmitInstruction', instruction);
    await custodian.behave({ delayMs: 60_000 });
    const begun = { ...instruction, instructionId: 'ins-2' };
    expect(await ask('SubmitInstruction', begun)).toMatchObject({ status: 'INSTRUCTION_STATUS_ACCEPTED' });
    await custodian.kill();
    const file = join(folder, 'custody.jsonl');
    appendFileSync(file, '{"venueId":"v","instr');
    custodian = await CustodianProcess.start({ store: file });
    await eventually(async () => expect(await custodian.positions('v')).toEqual({ 'acc-7 BTC': '-0.2' }));
    expect(await ask('GetInstruction', { venueId: 'v', instructionId: 'ins-2' })).toMatchObject(begun);
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) JSON.parse(line);
  });
});

describeWithRedis('a custodian in Redis', () => {
  it('is found by an exchange that knows its name alone', async () => {
    const redis = await RedisServer.start();
    const custodian = await CustodianProcess.start({}, { REDIS_URL: redis.url });
    const exchange = await SettlingExchange.start({
      ...{ REDIS_URL: redis.url, SETTLEMENT_CUSTODIAN: 'custodian-simulator', SETTLEMENT_CUTOFF: '1s' },
      REGISTRY_HEARTBEAT_MS: '1000',
    });
    try {
      await exchange.buy(await exchange.account({ USD: '10000' }), '0.01');
      await eventually(async () => {
        const report = await exchange.reconcile();
        expect(report).toMatchObject({ ok: true, confirmed: 6, instructions: { settled: 6 } });
      }, 20_000);
    } finally {
      await Promise.all([exchange.kill(), custodian.kill(), redis.close()]);
    }
  }, 60_000);
});
