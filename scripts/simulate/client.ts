import type { Command } from '../../src/engine/command.js';
import type { Receipt } from '../../src/venue/receipt.js';
import { Random } from '../crash/random.js';
import { keyOf } from './acknowledgements.js';
import { SimulatedCall, SimulatedConnection } from './simulated-call.js';
import type { SimulatedTime } from './simulated-time.js';

const patienceMs = 300;

/** What the network does with requests: of a hundred so many get lost on each way, and so many come twice. */
export interface Network {
  lossPercent: number;
  doublePercent: number;
  delayMsMax: number;
  /** Hands a request to the exchange; it may never be answered. */
  deliver(command: Command, call: SimulatedCall, answer: (receipt: Receipt) => void): void;
}

/** Somebody who trades, and who sends what has a key again until there is an answer. */
export class Client {
  accountId: number | undefined = undefined;
  unanswered = 0;
  private readonly orderIds: number[] = [];
  private connection = new SimulatedConnection();
  private calls = 0;

  constructor(
    private readonly name: string,
    private readonly time: SimulatedTime,
    private readonly network: Network,
  ) {}

  send(command: Command, seed: number): void {
    const random = new Random(seed);
    const isRepeated = keyOf(command) !== undefined;
    let isAnswered = false;
    if (isRepeated) this.unanswered += 1;
    const answered = (receipt: Receipt) => {
      if (isRepeated && !isAnswered) this.unanswered -= 1;
      isAnswered = true;
      this.learn(command, receipt);
    };
    const attempt = () => {
      if (isAnswered) return;
      this.transmit(command, random, answered);
      if (isRepeated) this.time.later(patienceMs, attempt);
    };
    attempt();
  }

  /** One of the orders that it knows of. */
  orderId(index: number): number | undefined {
    return this.orderIds.at(-1 - index);
  }

  private transmit(command: Command, random: Random, answered: (receipt: Receipt) => void): void {
    if (!this.connection.isOpen) this.connection = new SimulatedConnection();
    const copies = this.strikes(random, this.network.doublePercent) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.strikes(random, this.network.lossPercent)) continue;
      this.calls += 1;
      const call = new SimulatedCall(`${this.name}-${this.calls}`, command, this.connection);
      this.time.later(patienceMs, () => call.giveUp());
      this.time.later(this.delay(random), () =>
        this.network.deliver(command, call, (receipt) => {
          if (this.strikes(random, this.network.lossPercent)) return;
          this.time.later(this.delay(random), () => answered(receipt));
        }),
      );
    }
  }

  private learn(command: Command, { sequence, conflict, reject }: Receipt): void {
    if (conflict || reject !== undefined) return;
    if (command.type === 'OpenAccount') this.accountId = sequence;
    if (command.type === 'PlaceOrder') this.orderIds.push(sequence);
  }

  private strikes(random: Random, percent: number): boolean {
    return random.between(1, 100) <= percent;
  }

  private delay(random: Random): number {
    return random.between(0, this.network.delayMsMax);
  }
}
