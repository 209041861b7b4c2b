import { Injectable } from '@nestjs/common';
import { formatId } from '../engine/ids.js';
import { Venue } from '../venue/venue.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';
import type { Caller } from './caller.js';

/** Tells those who go on answering a caller, such as streams, that its API key was revoked. */
@Injectable()
export class KeyRevocations implements VenueObserver {
  private readonly watchers = new Map<string, Set<() => void>>();

  constructor(venue: Venue) {
    venue.observe(this);
  }

  /** Calls a function once the caller's key is revoked; what it gives ends that. Other callers cannot be revoked. */
  watch({ principal }: Caller, onRevoked: () => void): () => void {
    const watchers = this.watchers.get(principal) ?? new Set();
    this.watchers.set(principal, watchers.add(onRevoked));
    return () => {
      watchers.delete(onRevoked);
      if (watchers.size === 0 && this.watchers.get(principal) === watchers) this.watchers.delete(principal);
    };
  }

  committed({ records }: CommittedBatch): void {
    if (this.watchers.size === 0) return;
    for (const { command, reject } of records) {
      if (command.type === 'RevokeApiKey' && reject === undefined) this.tell(formatId('key', command.keyId));
    }
  }

  private tell(principal: string): void {
    const watchers = this.watchers.get(principal) ?? [];
    this.watchers.delete(principal);
    for (const onRevoked of watchers) onRevoked();
  }
}
