import { Injectable } from '@nestjs/common';
import { assertInvariant } from '../../engine/assert.js';
import type { Channel, StreamPath } from './channel.js';

/** Every channel there is, by path. The features add theirs when the application starts. */
@Injectable()
export class Channels {
  private readonly channels: Record<StreamPath, Map<string, Channel>> = {
    market: new Map(),
    account: new Map(),
    audit: new Map(),
  };

  add<Fields extends object>(path: StreamPath, channel: Channel<Fields>): void {
    const known = this.channels[path];
    assertInvariant(!known.has(channel.name), `${path} has one channel ${channel.name}`);
    // A channel is only given fields that were validated as its own.
    known.set(channel.name, channel as unknown as Channel);
  }

  find(path: StreamPath, name: string): Channel | undefined {
    return this.channels[path].get(name);
  }

  names(path: StreamPath): string[] {
    return [...this.channels[path].keys()];
  }

  of(path: StreamPath): Channel[] {
    return [...this.channels[path].values()];
  }
}
