import type { ReadingPace } from '../../edge/reading-pace.js';
import type { SealedRecord } from '../../journal/journal.js';
import type { PushedEvent } from '../../peers/correlator.client.js';
import type { Venue } from '../../venue/venue.js';
import { PublicWords } from '../public-words.js';
import { recordView } from '../record-view.js';

/** So many events are pushed at once, and so much text, unless one event alone is longer. */
export const batchEventsMax = 100;
export const batchCharactersMax = 1_000_000;

/** Making a batch may take this long before whatever else waits, orders above all, has its turn. */
const sliceMs = 2;

/** The committed events after a sequence, as many as go into one batch, in the words of the public. */
export async function nextBatch(
  venue: Venue,
  afterSequence: number,
  pace: ReadingPace,
): Promise<readonly PushedEvent[]> {
  const { items } = await venue.queries.records({ limit: batchEventsMax, cursor: afterSequence });
  const words = new PublicWords(venue.exchange);
  const batch: PushedEvent[] = [];
  let characters = 0;
  let begunAtMs = performance.now();
  for (const record of items) {
    const event = pushedEvent(record, words);
    characters += charactersOf(event);
    if (batch.length > 0 && characters > batchCharactersMax) break;
    batch.push(event);
    const workMs = performance.now() - begunAtMs;
    if (workMs < sliceMs) continue;
    await pace.rest(workMs);
    begunAtMs = performance.now();
  }
  return batch;
}

function pushedEvent(record: SealedRecord, words: PublicWords): PushedEvent {
  const { sequence, origin, command, reject, events, balances, previousHash, hash } = recordView(record, words);
  return {
    ...{ sequence, origin, reject, balances, previousHash, hash },
    time: { seconds: Math.floor(record.time / 1_000), nanos: (record.time % 1_000) * 1_000_000 },
    command: JSON.stringify(command),
    facts: events.map((event) => JSON.stringify(event)),
  };
}

/** What can be long; the rest of an event is a few hundred characters. */
function charactersOf({ command, facts, balances }: PushedEvent): number {
  return facts.reduce((sum, fact) => sum + fact.length, command.length) + balances.length * 100;
}
