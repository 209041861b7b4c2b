import { setTimeout as pause } from 'node:timers/promises';
import type { NetObligation } from '../engine/command.js';
import { liquidityAccountId } from '../engine/ids.js';
import { fundedAccount, openVenue, origin } from '../venue/venue.fixture.js';
import type { Venue } from '../venue/venue.js';
import { Custodian, CustodianRefused, type CustodyRecord, type OutgoingInstruction } from './custodian.js';
import { Dispatcher } from './dispatcher.js';
import { InternalCustodian } from './internal-custodian.js';

type Answer = (instruction: OutgoingInstruction) => CustodyRecord;

/** A custodian that says what a spec has it say. Real ones, in processes of their own, are in test/settlement.spec.ts. */
class ScriptedCustodian extends Custodian {
  override readonly name = 'scripted';
  readonly submitted: string[] = [];
  answer: Answer = (instruction) => ({ ...instruction, status: 'ACCEPTED', reason: '' });
  private readonly records = new Map<string, CustodyRecord>();
  private tell: (record: CustodyRecord) => void = () => undefined;

  override async submit(instruction: OutgoingInstruction): Promise<CustodyRecord> {
    this.submitted.push(`${instruction.instructionId} ${instruction.attempt}`);
    const record = this.answer(instruction);
    this.records.set(instruction.instructionId, record);
    return record;
  }

  override async find(instructionId: string): Promise<CustodyRecord | undefined> {
    return this.records.get(instructionId);
  }

  override follow(onChange: (record: CustodyRecord) => void): void {
    this.tell = onChange;
  }

  /** It knows this from now on; on the stream, it also says so. */
  become(instructionId: string, change: Partial<CustodyRecord>, onStream = true): void {
    const record = { ...this.records.get(instructionId)!, ...change };
    this.records.set(instructionId, record);
    if (onStream) this.tell(record);
  }

  lose(instructionId: string): void {
    this.records.delete(instructionId);
  }
}

describe('the dispatcher', () => {
  let venue: Venue;
  let alice: number;
  let custodian: ScriptedCustodian;
  const dispatchers: Dispatcher[] = [];

  beforeEach(async () => {
    ({ venue } = await openVenue());
    alice = await fundedAccount(venue);
    custodian = new ScriptedCustodian();
  });

  afterEach(async () => {
    for (const dispatcher of dispatchers.splice(0)) await dispatcher.stop();
    await venue.close();
  });

  /** Two instructions, ins-1 and ins-2, and then two more with each call. */
  function close(): Promise<unknown> {
    const instructions: NetObligation[] = [
      { accountId: alice, asset: 'BTC', amount: 5n },
      { accountId: liquidityAccountId, asset: 'BTC', amount: -5n },
    ];
    const { sequence: throughSequence } = venue.exchange;
    const cycle = { settlementDate: '2026-01-31', symbols: ['BTC-USD'], throughSequence, instructions };
    return venue.submit({ type: 'CloseSettlementCycle', ...cycle }, origin);
  }

  function dispatch(by: Custodian = custodian, retryMs = 10): Dispatcher {
    const settings = { settlementRetryMs: retryMs, settlementAttemptsMax: 3, settlementSilenceMs: 100 };
    const dispatcher = new Dispatcher(venue, by, settings);
    dispatchers.push(dispatcher);
    dispatcher.start();
    return dispatcher;
  }

  const history = async (id: number): Promise<string> => {
    const found = await venue.queries.settlement.instruction(id);
    return found!.history.map(({ status }) => status).join(' ');
  };

  async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
    const end = Date.now() + 5_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error('it never came to that');
      await pause(5);
    }
  }
  const untilHistory = (id: number, expected: string) => until(async () => (await history(id)) === expected);

  it('settles at once where the exchange is its own custodian', async () => {
    await close();
    const dispatcher = dispatch(new InternalCustodian());
    await untilHistory(2, 'PENDING INSTRUCTED SETTLED');
    await close();
    dispatcher.wake();
    await untilHistory(4, 'PENDING INSTRUCTED SETTLED');
    expect(venue.exchange.state.settlement.openCount).toBe(0);
  });

  it('hears on the stream what became of an instruction, and asks where nothing is said', async () => {
    await close();
    dispatch();
    await untilHistory(2, 'PENDING INSTRUCTED');
    custodian.become('ins-1', { status: 'SETTLED' });
    await untilHistory(1, 'PENDING INSTRUCTED SETTLED');
    custodian.become('ins-2', { status: 'SETTLED' }, false);
    await untilHistory(2, 'PENDING INSTRUCTED SETTLED');
    expect(custodian.submitted).toEqual(['ins-1 1', 'ins-2 1']);
  });

  it('sends what failed as a new attempt, until it may not be sent any more', async () => {
    await close();
    custodian.answer = (instruction) =>
      instruction.instructionId === 'ins-1' && instruction.attempt === 2
        ? { ...instruction, status: 'SETTLED', reason: '' }
        : { ...instruction, status: 'FAILED', reason: 'no such luck' };
    const dispatcher = dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
    await untilHistory(2, 'PENDING INSTRUCTED FAILED INSTRUCTED FAILED INSTRUCTED FAILED');
    await pause(100);
    expect(custodian.submitted.filter((sent) => sent.startsWith('ins-2'))).toEqual(['ins-2 1', 'ins-2 2', 'ins-2 3']);
    expect(dispatcher.status().givenUp).toBe(1);
    const found = await venue.queries.settlement.instruction(2);
    expect(found).toMatchObject({ status: 'FAILED', reason: 'no such luck', attempts: 3 });
  });

  it('takes a refusal for a failure, and no answer for nothing', async () => {
    await close();
    let calls = 0;
    custodian.answer = (instruction) => {
      calls += 1;
      if (calls < 3) throw new Error('nobody is there');
      if (instruction.attempt === 1) throw new CustodianRefused('unknown account');
      return { ...instruction, status: 'SETTLED', reason: '' };
    };
    const dispatcher = dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
    expect(dispatcher.status()).toMatchObject({ unanswered: 2 });
    await until(() => dispatcher.status().lastFailure === undefined);
  });

  it('leaves a custodian that does not answer alone, however much there is to send', async () => {
    await close();
    custodian.answer = () => {
      throw new Error('nobody is there');
    };
    const dispatcher = dispatch(custodian, 60_000);
    await until(() => dispatcher.status().unanswered === 2);
    await close();
    dispatcher.wake();
    await pause(50);
    expect(dispatcher.status().attempts).toBe(2);
  });

  it('does not hear what is said of an attempt before', async () => {
    await close();
    custodian.answer = (instruction) =>
      instruction.attempt === 1
        ? { ...instruction, status: 'FAILED', reason: 'once' }
        : { ...instruction, status: 'ACCEPTED', reason: '' };
    dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED');
    custodian.become('ins-1', { status: 'FAILED', attempt: 1 });
    await pause(50);
    expect(await history(1)).toBe('PENDING INSTRUCTED FAILED INSTRUCTED');
    custodian.become('ins-1', { status: 'SETTLED', attempt: 2 });
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
  });

  it('hears that it is settled, whichever attempt that was', async () => {
    await close();
    const settled = new Map<string, CustodyRecord>();
    custodian.answer = (instruction) => {
      const first = settled.get(instruction.instructionId);
      settled.set(instruction.instructionId, first ?? { ...instruction, status: 'SETTLED', reason: '' });
      // As where a fault fails what the custodian has settled, and nobody heard.
      return first ?? { ...instruction, status: 'FAILED', reason: 'it is said' };
    };
    dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
    expect(settled.get('ins-1')).toMatchObject({ attempt: 1 });
  });

  it('hands over again, as the same attempt, what the custodian takes for the attempt before', async () => {
    await close();
    let isBusy = true;
    custodian.answer = (instruction) => {
      if (instruction.attempt === 1) return { ...instruction, status: 'FAILED', reason: 'it is said' };
      if (isBusy) return { ...instruction, attempt: 1, status: 'ACCEPTED', reason: '' };
      return { ...instruction, status: 'SETTLED', reason: '' };
    };
    dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED');
    isBusy = false;
    custodian.become('ins-1', { status: 'FAILED', attempt: 1 });
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
    expect(custodian.submitted.filter((sent) => sent.startsWith('ins-1'))).toEqual(['ins-1 1', 'ins-1 2', 'ins-1 2']);
  });

  it('hands over again, as the same attempt, what the custodian has lost', async () => {
    await close();
    dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED');
    custodian.answer = (instruction) => ({ ...instruction, status: 'SETTLED', reason: '' });
    custodian.lose('ins-1');
    await untilHistory(1, 'PENDING INSTRUCTED SETTLED');
    expect(custodian.submitted.filter((sent) => sent.startsWith('ins-1'))).toEqual(['ins-1 1', 'ins-1 1']);
  });

  it('goes on with what another process has begun', async () => {
    await close();
    const before = dispatch();
    await untilHistory(2, 'PENDING INSTRUCTED');
    await before.stop();
    custodian.become('ins-1', { status: 'SETTLED' });
    custodian.become('ins-2', { status: 'FAILED', reason: 'late' });
    custodian.answer = (instruction) => ({ ...instruction, status: 'SETTLED', reason: '' });
    dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED SETTLED');
    await untilHistory(2, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
    expect(custodian.submitted).toEqual(['ins-1 1', 'ins-2 1', 'ins-2 2']);
  });

  it('catches up with an attempt that the process before could not note', async () => {
    await close();
    const before = dispatch();
    await untilHistory(2, 'PENDING INSTRUCTED');
    await before.stop();
    custodian.become('ins-1', { status: 'SETTLED', attempt: 2 });
    dispatch();
    await untilHistory(1, 'PENDING INSTRUCTED FAILED INSTRUCTED SETTLED');
    expect(custodian.submitted).toEqual(['ins-1 1', 'ins-2 1']);
  });

  it('takes calls that fail at once for one failure', async () => {
    for (let pairs = 0; pairs < 8; pairs += 1) await close();
    let calls = 0;
    custodian.answer = (instruction) => {
      calls += 1;
      if (calls <= 16) throw new Error('nobody is there');
      return { ...instruction, status: 'SETTLED', reason: '' };
    };
    dispatch();
    // Sixteen failures one after the other would put the next call off to the longest pause, a minute.
    await untilHistory(16, 'PENDING INSTRUCTED SETTLED');
    expect(calls).toBe(32);
  });
});
