import { performance } from 'node:perf_hooks';
import type { VenueDefinition } from '../../engine/instrument.js';
import type { Origin } from '../../journal/journal.js';
import type { ConfigurationClient, ConfigurationMetrics } from './configuration-client.js';
import { definitionWith, followedKeys, type LogLevel, logLevelKey, type Values } from './followed-values.js';
import type { RememberedValues } from './remembered-values.js';
import { remoteOrigin } from './remote-origin.js';
import { anyText } from './value-forms.js';

export interface RemoteSettingsOptions {
  readonly client: ConfigurationClient;
  /** What the environment says: these keys are not asked for. */
  readonly fixed: Values;
  readonly remembered: RememberedValues;
  /** Milliseconds between two looks. */
  readonly pollMs: number;
  readonly log: { log(message: string): void; warn(message: string): void };
}

/** What follows the values. */
export interface Follower {
  /** Brings in a definition, unless it is the present one. What rejects is tried again with the next look. */
  configure(venue: VenueDefinition, origin: Origin): Promise<void>;
  setLogLevel(level: LogLevel | undefined): void;
}

export interface RemoteSettingsStatus extends ConfigurationMetrics {
  readonly state: 'ok' | 'degraded';
  /** How it is, in a sentence. */
  readonly detail: string;
  /** Since the service last answered for every key; `null` if it never did. */
  readonly confirmedAgeMs: number | null;
  /** Values that were taken over, and values that were refused because they cannot be, since the start. */
  readonly accepted: number;
  readonly refused: number;
  /** Values that the service holds now and that cannot be. */
  readonly wrong: number;
}

/**
 * Follows a few keys of the configuration service, and brings what changes into the venue. A value that
 * cannot be changes nothing; while the service is down everything stays as it is, also over a restart.
 */
export class RemoteSettings {
  private values: Values;
  private base?: VenueDefinition;
  private follower?: Follower;
  private timer?: NodeJS.Timeout;
  private closed = false;
  private toldLogLevel: string | undefined = undefined;
  private confirmedAt: number | undefined = undefined;
  private reachable: boolean | undefined = undefined;
  /** Why the service is not there; empty if it is. */
  private reason = 'it was not asked yet';
  private readonly complained = new Map<string, string>();
  private readonly counts = { accepted: 0, refused: 0 };
  private offered: ReadonlyMap<string, string | undefined> = new Map();

  /** Resolves when the service has answered, or has not within the deadline of its client. */
  static async open(options: RemoteSettingsOptions): Promise<RemoteSettings> {
    const settings = new RemoteSettings(options);
    settings.offered = await settings.ask();
    return settings;
  }

  private constructor(private readonly options: RemoteSettingsOptions) {
    this.values = options.remembered.read();
  }

  /** What the venue is to be: the configured definition, with what the service says and, above that, the environment. */
  definitionOf(base: VenueDefinition): VenueDefinition {
    this.base = base;
    this.values = this.sound(base, this.values);
    this.accept(base, this.offered);
    return this.effective(base);
  }

  /** Looks for changes from now on, until `close`. */
  follow(follower: Follower): void {
    this.follower = follower;
    this.applyLogLevel(follower);
    void this.remember();
    this.lookLater();
  }

  status(): RemoteSettingsStatus {
    const metrics = this.options.client.metrics();
    const confirmedAgeMs = this.confirmedAt === undefined ? null : Math.round(performance.now() - this.confirmedAt);
    const ok = this.reason === '';
    const detail = ok
      ? 'The configuration service answers.'
      : `The configuration service is not there: ${this.reason}.`;
    const wrong = this.complained.size;
    return { ...metrics, ...this.counts, wrong, confirmedAgeMs, state: ok ? 'ok' : 'degraded', detail };
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private lookLater(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.look().finally(() => this.lookLater()), this.options.pollMs).unref();
  }

  private async look(): Promise<void> {
    const { base, follower } = this;
    const offered = await this.ask();
    if (this.closed || base === undefined || follower === undefined) return;
    if (this.accept(base, offered)) await this.remember();
    this.applyLogLevel(follower);
    try {
      await follower.configure(this.effective(base), remoteOrigin);
    } catch (error) {
      this.options.log.warn(`the venue did not take the remote configuration: ${String(error)}`);
    }
  }

  /** What the service says now, by key; a key that it did not answer for is left out. */
  private async ask(): Promise<ReadonlyMap<string, string | undefined>> {
    const { client, fixed } = this.options;
    const asked = followedKeys.filter((key) => !fixed.has(key));
    const readings = await Promise.all(asked.map(async (key) => [key, await client.refresh(key, anyText)] as const));
    const offered = new Map<string, string | undefined>();
    let reason = '';
    for (const [key, reading] of readings) {
      if (reading.kind === 'unavailable') reason = reading.reason;
      else if (reading.kind !== 'wrong' && reading.stale) reason = client.lastFailure;
      if (reading.kind === 'value') offered.set(key, reading.value);
      else if (reading.kind === 'absent') offered.set(key, undefined);
      else if (reading.kind === 'wrong') this.refuse(key, reading.fault);
    }
    this.tellReason(reason);
    return offered;
  }

  /** Takes what was offered, as a whole if that is sound, else value by value. True if anything changed. */
  private accept(base: VenueDefinition, offered: ReadonlyMap<string, string | undefined>): boolean {
    const changes = [...offered].filter(([key, text]) => this.values.get(key) !== text);
    for (const [key, text] of offered) if (this.values.get(key) === text) this.complained.delete(key);
    if (changes.length === 0) return false;
    const before = this.values;
    const all = changed(before, changes);
    if (typeof this.definition(base, all) !== 'string') this.values = all;
    else for (const change of changes) this.acceptOne(base, change);
    for (const [key, text] of changes) if (this.values.get(key) === text) this.tellAccepted(key, text);
    return this.values !== before;
  }

  private acceptOne(base: VenueDefinition, [key, text]: readonly [string, string | undefined]): void {
    const candidate = changed(this.values, [[key, text]]);
    const definition = this.definition(base, candidate);
    if (typeof definition === 'string') this.refuse(key, definition);
    else this.values = candidate;
  }

  /** Without what the configured markets do not allow (any more). */
  private sound(base: VenueDefinition, values: Values): Values {
    let kept: Values = new Map();
    for (const entry of values) {
      const candidate = changed(kept, [entry]);
      if (typeof this.definition(base, candidate) === 'string')
        this.options.log.warn(`${entry[0]} is no longer possible`);
      else kept = candidate;
    }
    return kept;
  }

  private definition(base: VenueDefinition, values: Values): VenueDefinition | string {
    return definitionWith(base, new Map([...values, ...this.options.fixed]));
  }

  private effective(base: VenueDefinition): VenueDefinition {
    const definition = this.definition(base, this.values);
    if (typeof definition === 'string') throw new Error(`values were accepted that cannot be: ${definition}`);
    return definition;
  }

  private applyLogLevel(follower: Follower): void {
    if (this.options.fixed.has(logLevelKey)) return;
    const level = this.values.get(logLevelKey) as LogLevel | undefined;
    if (level === this.toldLogLevel) return;
    this.toldLogLevel = level;
    follower.setLogLevel(level);
  }

  private async remember(): Promise<void> {
    await this.options.remembered.write(this.values).catch((error) => {
      this.options.log.warn(`the remote configuration is not kept for the next start: ${String(error)}`);
    });
  }

  /** One line and one count for each wrong value, however often it is offered. */
  private refuse(key: string, fault: string): void {
    if (this.complained.get(key) === fault) return;
    this.complained.set(key, fault);
    this.counts.refused += 1;
    this.options.log.warn(`a value of the configuration service is refused, and changes nothing: ${fault}`);
  }

  private tellAccepted(key: string, text: string | undefined): void {
    this.complained.delete(key);
    this.counts.accepted += 1;
    const shown = text === undefined ? 'what the exchange is configured with' : JSON.stringify(text);
    this.options.log.log(`${key} is now ${shown}, by the configuration service`);
  }

  /** One line when the service goes, and one when it is there. */
  private tellReason(reason: string): void {
    const { log } = this.options;
    const reachable = reason === '';
    if (reachable) this.confirmedAt = performance.now();
    this.reason = reason;
    if (reachable === this.reachable) return;
    this.reachable = reachable;
    if (reachable) log.log('the configuration service answers');
    else log.warn(`the configuration service is not there (${reason}): everything stays as it is`);
  }
}

function changed(values: Values, changes: Iterable<readonly [string, string | undefined]>): Values {
  const result = new Map(values);
  for (const [key, text] of changes) {
    if (text === undefined) result.delete(key);
    else result.set(key, text);
  }
  return result;
}
