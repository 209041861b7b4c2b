import type { SettlementQueries } from '../settlement-queries.js';
import type { WorkerThread } from './worker-thread.js';

type Method = keyof SettlementQueries;
interface Question {
  readonly method: Method;
  readonly argument: never;
}

const methods: { readonly [Name in Method]: true } = {
  nets: true,
  timeOf: true,
  lastSequenceBefore: true,
  instruction: true,
  instructions: true,
  openInstructions: true,
  cycles: true,
  instructionsInARow: true,
  instructionsOfTransfer: true,
  transferNets: true,
  tradeObligations: true,
  accountObligations: true,
};

/** Leaves every question about settlement to the reader's thread: nobody asks them in the way of an order. */
export function threadedSettlement(reader: WorkerThread): SettlementQueries {
  const asked = Object.keys(methods).map((method) => [
    method,
    (argument: unknown) => reader.ask('settlement', { method, argument }),
  ]);
  return Object.fromEntries(asked) as SettlementQueries;
}

/** The reader's end. */
export function answerSettlement(queries: SettlementQueries) {
  return ({ method, argument }: Question): Promise<unknown> => queries[method](argument);
}
