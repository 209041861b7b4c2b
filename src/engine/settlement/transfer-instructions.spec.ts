import type { Command, InstructionStatus } from '../command.js';
import { money, Scene, venueWith } from '../exchange.fixture.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';
import { openInstructionsMax } from './settlement.js';
import { transferInstructions } from './transfer-instructions.js';

describe('instructions of movements of funds', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene('none', { instructsTransfers: true });
    alice = scene.account('alice');
    bob = scene.account('bob');
  });

  /** What a command instructs, such as `1: 500 USD of alice`. */
  function instructed(command: Command): string[] {
    const names = new Map([
      [alice, 'alice'],
      [bob, 'bob'],
    ]);
    return scene.do(command).events.flatMap((event) => {
      if (event.type !== 'FundsMoved') return [event.type];
      return transferInstructions(event).map(
        ({ instructionId, accountId, asset, amount }) =>
          `${instructionId}: ${amount} ${asset} of ${names.get(accountId) ?? accountId}`,
      );
    });
  }
  const deposit = (funds = '5 USD') => instructed({ type: 'Deposit', accountId: alice, ...money(funds) });
  const withdraw = (funds: string) => instructed({ type: 'Withdraw', accountId: alice, ...money(funds) });
  const transfer = (funds: string) =>
    instructed({ type: 'Transfer', fromAccountId: alice, toAccountId: bob, ...money(funds) });
  const note = (instructionId: number, status: InstructionStatus) =>
    scene.do({ type: 'NoteInstructionStatuses', changes: [{ instructionId, status }] });
  const settlement = () => scene.exchange.state.settlement;

  it('are one for each account that is not the outside world, counted with those of cycles', () => {
    expect(deposit()).toEqual(['1: 500 USD of alice']);
    expect(withdraw('1 USD')).toEqual(['2: -100 USD of alice']);
    expect(transfer('2 USD')).toEqual(['3: -200 USD of alice', '4: 200 USD of bob']);
    const throughSequence = scene.exchange.sequence;
    const nets = [
      { accountId: alice, asset: 'BTC', amount: 1n },
      { accountId: bob, asset: 'BTC', amount: -1n },
    ];
    const cycle = { settlementDate: '2026-01-31', symbols: ['BTC-USD'], throughSequence, instructions: nets };
    const { events } = scene.do({ type: 'CloseSettlementCycle', ...cycle });
    expect(events).toMatchObject([{ instructions: [{ instructionId: 5 }, { instructionId: 6 }] }]);
    expect(deposit()).toEqual(['7: 500 USD of alice']);
    expect(settlement().count('PENDING')).toBe(7);
  });

  it('are not made of what is refused, or where no custodian is there', () => {
    expect(withdraw('1 USD')).toEqual(['TransferRejected']);
    expect(settlement().instructionCount).toBe(0);
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none') });
    const { events } = scene.do({ type: 'Deposit', accountId: alice, ...money('5 USD') });
    expect(events).toEqual([expect.not.objectContaining({ instructionId: expect.anything() })]);
    expect(settlement().instructionCount).toBe(0);
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { instructsTransfers: true }) });
    expect(withdraw('5 USD')).toEqual(['1: -500 USD of alice']);
  });

  it('go the way of all others, and are part of the snapshot', () => {
    deposit();
    transfer('2 USD');
    note(1, 'INSTRUCTED');
    note(1, 'SETTLED');
    note(2, 'INSTRUCTED');
    expect([...settlement().open()]).toEqual([
      expect.objectContaining({ instructionId: 2, accountId: alice, status: 'INSTRUCTED', createdAt: scene.time }),
      expect.objectContaining({ instructionId: 3, accountId: bob, status: 'PENDING' }),
    ]);
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    const next = { sequence: scene.exchange.sequence + 1, time: scene.time };
    const more: Command = { type: 'Deposit', accountId: alice, ...money('5 USD') };
    expect(restored.execute(more, next).events).toMatchObject([{ instructionId: 4 }]);
  });

  it('are bounded: funds do not move while the custodian has too much to settle, and move again after', () => {
    deposit();
    const open = Array.from({ length: openInstructionsMax }, (_, index) => {
      return { instructionId: index + 1, accountId: alice, status: 'INSTRUCTED', createdAt: 0 } as const;
    });
    settlement().restore({ instructionCount: openInstructionsMax, open });
    const { reject, events } = scene.do({ type: 'Withdraw', accountId: alice, ...money('1 USD') });
    expect(reject).toEqual({
      rejected: 'SETTLEMENT_BACKLOG',
      reason: 'The custodian has 100000 instructions to settle; funds move again when it has settled some.',
    });
    expect(events).toMatchObject([{ type: 'TransferRejected', rejectCode: 'SETTLEMENT_BACKLOG' }]);
    note(1, 'SETTLED');
    expect(withdraw('1 USD')).toEqual([`${openInstructionsMax + 1}: -100 USD of alice`]);
  });

  it('are asked for in no other words than true', () => {
    const venue = { ...venueWith('none'), instructsTransfers: false as never };
    expect(scene.do({ type: 'ConfigureVenue', venue }).reject?.reason).toContain('instructsTransfers must be true');
  });
});
