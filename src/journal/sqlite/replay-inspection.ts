import { Exchange } from '../../engine/exchange.js';
import { stateHash } from '../../engine/state-hash.js';
import type { LiveState } from '../journal.js';
import { encodeBalances, encodeEvents } from '../record-codec.js';
import { type InspectedRecord, type Inspection, Misfit } from './inspection.js';

/** Carries out every command once more, on a fresh exchange: it must lead to the events and balances that were written. */
export class ReplayInspection implements Inspection {
  readonly name = 'replay';
  readonly exchange = new Exchange();

  visit({ text, command }: InspectedRecord): void {
    const { events, balances, reject } = this.exchange.execute(command, text);
    assertSame('its command leads to other events', encodeEvents(events), text.events);
    assertSame('its command leads to another refusal', reject === undefined ? '' : JSON.stringify(reject), text.reject);
    assertSame('its command leads to other balances', encodeBalances(balances), text.balances);
  }

  conclude(): string {
    return `Replaying the commands of ${this.exchange.sequence} records gives the same events and balances.`;
  }
}

/**
 * Applies every event on a fresh exchange: each record must lead to the balances that it has, and all of them
 * to the state of the replay and of the running exchange.
 */
export class StateInspection implements Inspection {
  readonly name = 'state';
  readonly exchange = new Exchange();
  private readonly passed: { live: LiveState; stateHash: string }[] = [];

  constructor(
    private readonly replayed: Exchange,
    private readonly live: LiveState | undefined,
  ) {}

  visit({ text, events }: InspectedRecord): void {
    const balances = this.exchange.apply(events, text);
    assertSame('its events lead to other balances', encodeBalances(balances), text.balances);
    if (this.live?.sequence === text.sequence) {
      this.passed.push({ live: this.live, stateHash: stateHash(this.exchange) });
    }
  }

  conclude(): string {
    const { exchange, replayed, live } = this;
    if (replayed.sequence !== exchange.sequence) {
      throw new Misfit(`The replay of the commands got no further than record ${replayed.sequence}`);
    }
    const hash = stateHash(exchange);
    if (stateHash(replayed) !== hash) {
      throw new Misfit(`At record ${exchange.sequence} the commands lead to another state than the events`);
    }
    const compared = live === undefined ? '' : `, and the running exchange has it at record ${live.sequence}`;
    if (live !== undefined) this.assertLive(live);
    return `Commands and events lead to the same state, with the hash ${hash}${compared}.`;
  }

  private assertLive(live: LiveState): void {
    const [passed] = this.passed;
    if (passed === undefined) {
      throw new Misfit(
        `The running exchange is at record ${live.sequence}, the journal ends at ${this.exchange.sequence}`,
      );
    }
    if (passed.stateHash === live.stateHash) return;
    throw new Misfit(
      `At record ${live.sequence} the events lead to the state ${passed.stateHash}, but the running exchange has ${live.stateHash}`,
    );
  }
}

const shownCharactersMax = 160;

function assertSame(what: string, expected: string, written: string): void {
  if (expected === written) return;
  let at = 0;
  while (expected[at] === written[at]) at += 1;
  const from = Math.max(0, at - 40);
  const shown = (text: string) => JSON.stringify(text.slice(from, from + shownCharactersMax));
  throw new Misfit(
    `${what} than are written, from character ${at} on: ${shown(expected)} instead of ${shown(written)}`,
  );
}
