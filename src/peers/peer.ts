import { setTimeout as delay } from 'node:timers/promises';
import {
  type BulkheadPolicy,
  bulkhead,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  isBulkheadRejectedError,
} from 'cockatiel';
import { grpcAddress, type Registry, type ServiceInstance } from '../discovery/registry.js';
import type { CallListener } from './call-record.js';
import type { ChannelPool } from './channel-pool.js';
import { callFailure, openStream, type PeerCall, type PeerStream, sendUnary, timeoutOf } from './peer-call.js';
import { isFault, PeerCallError } from './peer-call-error.js';
import { PeerInstance } from './peer-instance.js';
import type { PeerLimits } from './peer-limits.js';

/** What peers are made of and report to. */
export interface PeerSurroundings {
  readonly registry: Pick<Registry, 'instancesOf' | 'all' | 'suspect' | 'refresh'>;
  readonly pool: ChannelPool;
  readonly limits: PeerLimits;
  readonly onCall: CallListener;
}

/** A service that others run, by its name in the registry: its instances, and how many calls they get at once. */
export class Peer {
  /** By address; those that the registry knows, suspect ones included. */
  readonly instances = new Map<string, PeerInstance>();
  private callables: readonly PeerInstance[] = [];
  private turn = 0;
  private streams = 0;
  private readonly bulkhead: BulkheadPolicy;

  constructor(
    readonly name: string,
    private readonly surroundings: PeerSurroundings,
  ) {
    const { activeCallsMax, queuedCallsMax } = surroundings.limits;
    this.bulkhead = bulkhead(activeCallsMax, queuedCallsMax);
    this.follow();
  }

  /** Takes over what the registry knows now. What is gone loses its channel; what stays keeps its breaker. */
  follow(): void {
    const { registry, pool } = this.surroundings;
    const known = new Map<string, ServiceInstance>();
    for (const { instance, own } of registry.all()) {
      if (instance.serviceName === this.name && !own) known.set(grpcAddress(instance), instance);
    }
    for (const address of this.instances.keys()) {
      if (known.has(address)) continue;
      this.instances.delete(address);
      pool.retire(address);
    }
    for (const [address, instance] of known) {
      if (!this.instances.has(address)) this.instances.set(address, this.newInstance(instance));
    }
    this.callables = registry
      .instancesOf(this.name)
      .flatMap((instance) => this.instances.get(grpcAddress(instance)) ?? []);
  }

  /** Makes a call of whichever instance it is the turn of. */
  call(call: PeerCall): Promise<unknown> {
    return this.recorded(call, () => this.inBulkhead(call, () => this.withRetries(call)));
  }

  /** Makes a call of one instance, once, and beside the bulkhead: to find out how the instance is. */
  callAt(address: string, call: PeerCall): Promise<unknown> {
    return this.recorded(call, async () => {
      const instance = this.instances.get(address);
      if (instance === undefined) throw this.missingFailure(call);
      if (!instance.callable) throw this.brokenFailure(call, instance);
      return this.attempt(instance, call);
    });
  }

  async *stream(call: PeerCall): AsyncGenerator<object> {
    const { streamsMax } = this.surroundings.limits;
    if (this.streams >= streamsMax) {
      const limit = { name: 'streamsMax', value: streamsMax } as const;
      throw callFailure(call, 'RESOURCE_EXHAUSTED', 'too many streams are open', { limit });
    }
    this.streams += 1;
    try {
      yield* this.messages(call);
    } finally {
      this.streams -= 1;
    }
  }

  private async *messages(call: PeerCall): AsyncGenerator<object> {
    const instance = this.next(call);
    const channel = this.channelTo(instance, call);
    let stream: PeerStream | undefined;
    try {
      stream = openStream(channel, instance.address, call);
      const { next } = stream;
      call.attempts += 1;
      // What the breaker learns from is whether the stream begins.
      let message = await this.recorded(call, () => instance.attempt(next));
      while (!message.done) {
        yield message.value;
        message = await next();
      }
    } finally {
      stream?.end();
      this.surroundings.pool.release(instance.address);
    }
  }

  private newInstance(instance: ServiceInstance): PeerInstance {
    const { limits, registry } = this.surroundings;
    return new PeerInstance(instance, limits, (broken) => registry.suspect(broken));
  }

  private async recorded<Result>(call: PeerCall, run: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const record = (code: PeerCallError['code']) => {
      const { peer, method, attempts } = call;
      this.surroundings.onCall({ peer, method, code, durationMs: performance.now() - startedAt, attempts });
    };
    try {
      const result = await run();
      record('OK');
      return result;
    } catch (error) {
      record(error instanceof PeerCallError ? error.code : 'UNKNOWN');
      throw error;
    }
  }

  /** A call that waits for its turn does so until its deadline; when its turn comes after that, nothing is sent. */
  private inBulkhead(call: PeerCall, run: () => Promise<unknown>): Promise<unknown> {
    const lateFailure = () =>
      callFailure(call, 'DEADLINE_EXCEEDED', 'it waited too long for other calls', { limit: timeoutOf(call) });
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(lateFailure()), call.timeoutMs);
      const turn = async () => {
        clearTimeout(late);
        if (Date.now() >= call.deadline) throw lateFailure();
        return run();
      };
      this.bulkhead.execute(turn).then(resolve, (error) => {
        clearTimeout(late);
        reject(isBulkheadRejectedError(error) ? this.crowdedFailure(call) : error);
      });
    });
  }

  private async withRetries(call: PeerCall): Promise<unknown> {
    const { attemptsMax, retryDelayMs, retryDelayMaxMs } = this.surroundings.limits;
    let pause = new ExponentialBackoff({
      generator: decorrelatedJitterGenerator,
      initialDelay: retryDelayMs,
      maxDelay: retryDelayMaxMs,
    }).next();
    for (;;) {
      try {
        return await this.attempt(this.next(call), call);
      } catch (error) {
        // Without an instance it was not sent at all, and another attempt would not be either.
        const mayRepeat = call.idempotent && isFault(error) && error.instance !== undefined;
        if (!mayRepeat || call.attempts >= attemptsMax) throw error;
        if (Date.now() + pause.duration >= call.deadline || call.signal?.aborted) throw error;
        await delay(pause.duration);
        pause = pause.next(undefined);
      }
    }
  }

  private async attempt(instance: PeerInstance, call: PeerCall): Promise<unknown> {
    const channel = this.channelTo(instance, call);
    call.attempts += 1;
    try {
      return await instance.attempt(() => sendUnary(channel, instance.address, call));
    } finally {
      this.surroundings.pool.release(instance.address);
    }
  }

  /** The instance whose turn it is, of those that are not known to be broken. */
  private next(call: PeerCall): PeerInstance {
    const { callables } = this;
    for (let step = 0; step < callables.length; step += 1) {
      const instance = callables[(this.turn + step) % callables.length]!;
      if (!instance.callable) continue;
      this.turn = (this.turn + step + 1) % callables.length;
      return instance;
    }
    void this.surroundings.registry.refresh();
    throw callables.length > 0 ? this.brokenFailure(call) : this.missingFailure(call);
  }

  private channelTo({ address }: PeerInstance, call: PeerCall) {
    const { pool, limits } = this.surroundings;
    const client = pool.acquire(address);
    if (client !== undefined) return client;
    const limit = { name: 'channelsMax', value: limits.channelsMax } as const;
    throw callFailure(call, 'RESOURCE_EXHAUSTED', 'all channels that there may be are in use', { address, limit });
  }

  private missingFailure(call: PeerCall): PeerCallError {
    const limit = { name: 'instances', value: 0 } as const;
    return callFailure(call, 'UNAVAILABLE', 'the registry knows no instance that takes calls', { limit });
  }

  private brokenFailure(call: PeerCall, instance?: PeerInstance): PeerCallError {
    const limit = { name: 'breakerFailures', value: this.surroundings.limits.breakerFailures } as const;
    const detail = 'too many calls in a row have failed; one is let through from time to time';
    return callFailure(call, 'UNAVAILABLE', detail, { address: instance?.address, limit });
  }

  private crowdedFailure(call: PeerCall): PeerCallError {
    const limit = { name: 'queuedCallsMax', value: this.surroundings.limits.queuedCallsMax } as const;
    return callFailure(call, 'RESOURCE_EXHAUSTED', 'too many calls of it wait already', { limit });
  }
}
