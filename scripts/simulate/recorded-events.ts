import type { Event } from '../../src/engine/event.js';
import { decodeEvents, type RecordText } from '../../src/journal/record-codec.js';

const read = new WeakMap<RecordText, readonly Event[]>();

/** The events of a durable record, which are looked at from several sides and read once. */
export function eventsOf(record: RecordText): readonly Event[] {
  let events = read.get(record);
  if (events === undefined) {
    events = decodeEvents(record.events);
    read.set(record, events);
  }
  return events;
}
