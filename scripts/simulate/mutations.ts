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
    text: 'const time = Math.max(exchange.time, this.options.clock.now());',
    becomes: 'const time = this.options.clock.now();',
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
    text: 'const row = await keyed.find();',
    becomes: 'const row = (await keyed.find(), undefined as Row | undefined);',
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
    text: 'this.projection.forget();',
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
  {
    name: 'a call that a fault cuts off before it is carried out is carried out',
    file: 'src/chaos/grpc-faults.ts',
    text: 'if (fate.isCut) return cut(call, answer);',
    becomes: '',
  },
  {
    name: 'a call whose answer is lost is not carried out',
    file: 'src/chaos/grpc-faults.ts',
    text: "if (fate.answerLost === 'cut') return inner(call, () => cut(call, answer));",
    becomes: "if (fate.answerLost === 'cut') return cut(call, answer);",
  },
  {
    name: 'a fault strikes after its time, until its timer comes',
    file: 'src/chaos/fault-board.ts',
    text: 'isOver(fault, now) || ',
    becomes: '',
  },
  {
    name: 'the end of a fault that finds the disk full is forgotten',
    file: 'src/chaos/chaos.service.ts',
    text: '      this.undoLater(fault, reason);\n      throw error;',
    becomes: '      throw error;',
  },
  {
    name: 'prices that stand still go on doing so',
    file: 'src/venue/price-source/disturbed-prices.ts',
    text: 'this.disturbances.delete(id);',
    becomes: 'if (!this.disturbances.get(id)?.isStale) this.disturbances.delete(id);',
  },
  {
    name: 'a market that a fault has halted is not opened at its end',
    file: 'src/chaos/market-conditions.ts',
    text: 'if (!isHalted && (reopened === undefined || !concerns(reopened, symbol))) continue;',
    becomes: 'if (!isHalted) continue;',
  },
  {
    name: 'orders that wait for their match are forgotten with the process',
    file: 'src/chaos/waiting-orders.ts',
    text: "if (state === 'WORKING') this.releaseAfter(0, orderId, undefined);",
    becomes: '',
  },
  {
    name: 'a heartbeat names what a fault holds back',
    file: 'src/chaos/struck-outlet.ts',
    text: 'if (this.overtaken !== undefined) messages.push(this.overtaken.message);',
    becomes: '',
  },
  {
    name: 'a status that a fault has lost stays lost when it ends',
    file: 'src/settlement/struck-custodian.ts',
    text: '? this.loses() :',
    becomes: '? true :',
  },
  {
    name: 'an instruction that a fault fails is settled unheard',
    file: 'src/settlement/dispatcher.ts',
    text: "if (attempt !== instruction.attempts && status !== 'SETTLED') return;",
    becomes: 'if (attempt !== instruction.attempts) return;',
  },
];
