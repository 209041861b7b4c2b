import { Logger } from '@nestjs/common';
import { assertOwnAccount, assertScope, type Caller } from '../../edge/caller.js';
import type { Credentials } from '../../edge/credentials.js';
import { asProblem } from '../../edge/exception-mapping.js';
import { Problem } from '../../edge/problem.js';
import type { StreamEnd, StreamSource, Subscription } from '../../edge/stream.js';
import { timeText } from '../../edge/time-text.js';
import { validated } from '../../edge/validation.js';
import { parseId } from '../../engine/ids.js';
import type { Channel, StreamPath } from './channel.js';
import type { Channels } from './channels.js';
import {
  AuthenticateMessage,
  type ClientMessage,
  type MessageId,
  MessageRefused,
  PingMessage,
  readClientMessage,
} from './client-message.js';
import { streamEnds } from './close-code.js';
import type { Connection } from './connection.js';
import type { ConnectionContext } from './connection-context.js';
import { encodingOf, errorMessage, frameOf, type ServerMessage } from './server-message.js';
import { SubscriptionOutlet } from './subscription-outlet.js';

/** What a session needs to know of the exchange. */
export interface SessionEnvironment {
  readonly path: StreamPath;
  readonly channels: Channels;
  /** Absent where nobody is asked who they are. */
  readonly credentials: Credentials | undefined;
  readonly subscriptionsMax: number;
  /** The connection is the caller's from here on; throws a `Problem` if that one may not have one more. */
  admit(caller: Caller): void;
  now(): number;
  /** A channel has one subscription more (1) or less (-1). */
  subscribed(channel: string, change: number): void;
  /** A message was sent. */
  sent(): void;
}

interface OpenSubscription {
  readonly channel: Channel;
  readonly outlet: SubscriptionOutlet;
  readonly subscription: Subscription;
}

type Fields = Readonly<Record<string, unknown>>;

/** What one client and the exchange say to one another over a connection. */
export class Session {
  private readonly logger = new Logger('streams');
  private readonly subscriptions = new Map<string, OpenSubscription>();
  /** Messages are answered one after another, in the order in which they came. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly environment: SessionEnvironment,
    private readonly context: ConnectionContext,
  ) {}

  get caller(): Caller | undefined {
    return this.context.caller;
  }

  receive(text: Buffer): void {
    this.turn = this.turn.then(() => this.answer(text));
  }

  /** A message that came was not read; its refusal has its turn like an answer. */
  receiveRefused(problem: Problem): void {
    this.turn = this.turn.then(() => this.refuse(problem));
  }

  /** No message is read any more: after the answers to those that were, the connection is closed. */
  receiveLast(closeCode: number, reason: string): void {
    this.turn = this.turn.then(() => this.connection.close(closeCode, reason));
  }

  refuse(problem: Problem, id?: MessageId): void {
    this.say(errorMessage(problem, id));
  }

  /** Everything up to this sequence was sent, if every subscription says so; otherwise up to the least that one says. */
  beat(time: string, durableSequence: number): void {
    if (this.subscriptions.size === 0 || this.connection.outbox.congested) return;
    let sequence = durableSequence;
    for (const { subscription } of this.subscriptions.values()) {
      sequence = Math.min(sequence, subscription.sequence ?? sequence);
    }
    this.say({ type: 'heartbeat', time, sequence });
  }

  /** Tells the client why, and closes the connection. */
  end(reason: StreamEnd, detail: string): void {
    const { close, code } = streamEnds[reason];
    this.refuse(new Problem(code, detail));
    this.connection.close(close, `${code}: ${detail}`);
  }

  /** The connection is gone. */
  close(): void {
    for (const key of [...this.subscriptions.keys()]) this.drop(key);
  }

  private async answer(text: Buffer): Promise<void> {
    if (!this.connection.isOpen) return;
    let id: MessageId | undefined;
    try {
      const message = readClientMessage(text);
      id = message.id;
      await this.carryOut(message);
    } catch (error) {
      this.explain(error, id);
    }
  }

  private explain(error: unknown, id: MessageId | undefined): void {
    if (error instanceof MessageRefused) {
      this.refuse(error.problem, error.id);
      return;
    }
    const problem = asProblem(error);
    if (problem.code === 'INTERNAL') this.logger.error(error instanceof Error ? error.stack : error);
    this.refuse(problem, id);
  }

  private carryOut({ op, id, fields }: ClientMessage): void | Promise<void> {
    switch (op) {
      case 'subscribe':
        return this.subscribe(id, fields);
      case 'unsubscribe':
        return this.unsubscribe(id, fields);
      case 'ping':
        validated(PingMessage, fields);
        return this.say({ type: 'pong', id, time: timeText(this.environment.now()) });
      case 'authenticate':
        return this.authenticate(id, validated(AuthenticateMessage, fields));
    }
  }

  private async subscribe(id: MessageId | undefined, { channel: name, ...fields }: Fields): Promise<void> {
    const channel = this.channelOf(name);
    this.assertAllowed(channel, fields);
    const request = validated(channel.request, fields);
    const key = keyOf(channel, request);
    this.assertRoomFor(key, channel);
    const source = await channel.source(request, this.caller);
    // Meanwhile the client may have left, or lost its access.
    if (!this.connection.isOpen) {
      source.abandon?.();
      return;
    }
    this.say({ ...{ type: 'subscribed', id, channel: channel.name }, ...fields, ...source.acknowledgement });
    this.open(key, channel, source);
  }

  private open(key: string, channel: Channel, source: StreamSource): void {
    const { environment, connection } = this;
    const outlet = new SubscriptionOutlet(
      connection.outbox,
      encodingOf(channel),
      () => environment.sent(),
      (reason, detail) => this.end(reason, detail),
    );
    const subscription = source.open(outlet);
    environment.subscribed(channel.name, 1);
    this.subscriptions.set(key, { channel, outlet, subscription });
    // What it sent at once may have been too much.
    if (!connection.isOpen) this.drop(key);
  }

  private async unsubscribe(id: MessageId | undefined, { channel: name, ...fields }: Fields): Promise<void> {
    const channel = this.channelOf(name);
    const key = keyOf(channel, validated(channel.request, fields));
    if (!this.subscriptions.has(key)) throw new Problem('NOT_SUBSCRIBED', `There is no subscription to ${key}.`);
    await this.drop(key, true);
    this.say({ ...{ type: 'unsubscribed', id, channel: channel.name }, ...fields });
  }

  private authenticate(id: MessageId | undefined, { key }: AuthenticateMessage): void {
    const { credentials, path } = this.environment;
    if (path !== 'account') throw new Problem('VALIDATION_FAILED', 'Nobody is asked to authenticate here.');
    if (credentials !== undefined) {
      if (this.caller !== undefined) {
        throw new Problem('VALIDATION_FAILED', `The connection is that of ${this.caller.principal} already.`);
      }
      const caller = credentials.bearerOf(key);
      if (caller === undefined) throw new Problem('UNAUTHENTICATED', 'This is not an API key that is in force.');
      this.environment.admit(caller);
      this.context.caller = caller;
    }
    this.say({ type: 'authenticated', id, principal: this.caller?.principal ?? null });
  }

  private channelOf(name: unknown): Channel {
    const { channels, path } = this.environment;
    const channel = typeof name === 'string' ? channels.find(path, name) : undefined;
    if (channel !== undefined) return channel;
    const message = `must be one of ${channels.names(path).join(', ')}`;
    throw Problem.invalid([{ field: 'channel', message }]);
  }

  /** As over REST: who asks, what the key may do, and whose account it is, before the rest of the fields is looked at. */
  private assertAllowed(channel: Channel, fields: Fields): void {
    const { path, credentials } = this.environment;
    if (path !== 'account' || credentials === undefined) return;
    if (this.caller === undefined) {
      throw new Problem('UNAUTHENTICATED', 'This takes an API key: send {"op":"authenticate","key":"<key>"} first.');
    }
    for (const scope of channel.scopes?.(fields) ?? (['read'] as const)) assertScope(this.caller, scope);
    const accountId = typeof fields.accountId === 'string' ? parseId('acc', fields.accountId) : undefined;
    if (accountId !== undefined) assertOwnAccount(accountId, this.caller.accountId);
  }

  private assertRoomFor(key: string, channel: Channel): void {
    const { subscriptionsMax } = this.environment;
    if (this.subscriptions.has(key)) {
      throw new Problem(
        'ALREADY_SUBSCRIBED',
        `There is a subscription to ${key} already: ${channel.name} is sent once.`,
      );
    }
    if (this.subscriptions.size >= subscriptionsMax) {
      const limit = `STREAM_SUBSCRIPTIONS_MAX (${subscriptionsMax})`;
      throw new Problem('SUBSCRIPTIONS_LIMIT', `A connection has at most ${limit} subscriptions; open another one.`);
    }
  }

  private drop(key: string, byReader = false): void | Promise<void> {
    const { channel, outlet, subscription } = this.subscriptions.get(key)!;
    this.subscriptions.delete(key);
    outlet.close();
    this.environment.subscribed(channel.name, -1);
    return subscription.close(byReader);
  }

  private say(message: ServerMessage): void {
    this.environment.sent();
    this.connection.outbox.send(frameOf(message));
  }
}

/** Such as `book BTC-USD`. */
function keyOf({ name, keyFields }: Channel, request: object): string {
  const values = keyFields.map((field) => (request as Fields)[field]).filter((value) => value !== undefined);
  return [name, ...values].join(' ');
}
