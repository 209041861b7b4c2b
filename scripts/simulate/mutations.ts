/** One way of breaking the exchange: in one file, one text becomes another. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}

/** Mistakes that somebody could make, each in code that keeps one of the promises. */
export const mutations: readonly Mutation[] = [
  {
    name: 'answers leave before the commit',
    file: 'src/venue/sequencer.ts',
    text: 'await this.options.journal.append(records);',
    becomes: 'void this.options.journal.append(records);',
  },
  {
    name: 'a batch that found no room is answered',
    file: 'src/venue/sequencer.ts',
    text: 'if (error instanceof JournalFull) this.options.onFull();',
    becomes: 'this.acknowledge(batch); if (error instanceof JournalFull) this.options.onFull();',
  },
  {
    name: 'time goes back with the clock',
    file: 'src/venue/sequencer.ts',
    text: 'time: Math.max(exchange.time, this.options.clock.now())',
    becomes: 'time: this.options.clock.now()',
  },
  {
    name: 'a full disk does not undo what was executed',
    file: 'src/venue/venue.ts',
    text: 'const exchange = await recover({ journal, snapshots, report: (message) => log.log(message) });',
    becomes: 'await this.recovering; const { exchange } = this.current;',
  },
  {
    name: 'keys are looked for among commands in flight alone',
    file: 'src/venue/idempotency.ts',
    text: 'const first = await keyed.findFirst();',
    becomes: 'const first = (await keyed.findFirst(), undefined as First | undefined);',
  },
  {
    name: 'another body under the same key is taken for a repeat',
    file: 'src/venue/idempotency.ts',
    text: 'return first.terms === keyed.terms() ? receipt : conflictWith(receipt);',
    becomes: 'return receipt;',
  },
  {
    name: 'recovery leaves out the last record',
    file: 'src/venue/recovery.ts',
    text: '    const balances = exchange.apply(record.events, record);',
    becomes:
      '    if (record.sequence === head.sequence) break;\n    const balances = exchange.apply(record.events, record);',
  },
  {
    name: 'a snapshot forgets the kill switches of accounts',
    file: 'src/engine/snapshot.ts',
    text: 'killSwitch: account.killSwitch,',
    becomes: 'killSwitch: undefined,',
  },
  {
    name: 'the store forgets nothing of a batch that was rolled back',
    file: 'src/journal/sqlite/store.ts',
    text: 'this.projection.forget(this.lastPostingId());',
    becomes: '',
  },
  {
    name: 'a replay refills the quotes at another time',
    file: 'src/engine/exchange.ts',
    text: 'for (const event of events) this.state.apply(event, stamp);',
    becomes: 'for (const event of events) this.state.apply(event, { ...stamp, time: stamp.time + 1 });',
  },
  {
    name: 'an expired order keeps its hold',
    file: 'src/engine/state.ts',
    text: '    this.lowerHold(order, 0n);\n    this.forget(order);',
    becomes: '    this.forget(order);',
  },
  {
    name: 'sellers pay no fee',
    file: 'src/engine/state.ts',
    text: 'if (sellerFee > 0n) this.ledger.post(seller, this.ledger.fees, quote, sellerFee);',
    becomes: '',
  },
  {
    name: 'a reader who has read the past misses the next record',
    file: 'src/streams/account/live-events.ts',
    text: 'if (reader.position < this.told) return false;',
    becomes: 'if (reader.position < this.told - 1) return false;',
  },
  {
    name: 'a cycle begins one record late',
    file: 'src/settlement/cycle-closer.ts',
    text: 'afterSequence: after })),',
    becomes: 'afterSequence: after + 1 })),',
  },
  {
    name: 'the custodian is sent each attempt as the first',
    file: 'src/settlement/dispatcher.ts',
    text: 'attempt = instruction.attempts + 1)',
    becomes: 'attempt = 1)',
  },
  {
    name: 'the custodian is not told who gave in a transfer',
    file: 'src/engine/settlement/transfer-instructions.ts',
    text: '({ accountId }) => accountId !== externalAccountId',
    becomes: '({ accountId, amount }) => accountId !== externalAccountId && (amount > 0n || toAccountId < 0)',
  },
];
