import type { StreamSource } from './stream.js';

/** What a stream is about, for whoever strikes streams. */
export interface StreamSubject {
  /** Such as `book`, `candles` or `events`. */
  readonly channel: string;
  readonly symbol?: string;
  readonly accountId?: string;
}

/** Stands between what is streamed and who reads it. Where nothing strikes streams it stands nowhere. */
export class StreamFaults {
  around<View extends object>(source: StreamSource<View>, _subject: StreamSubject): StreamSource<View> {
    return source;
  }
}
