import { version } from '../../config/version.js';
import type { DtoClass } from '../../edge/dto-shape.js';
import { type Channel, type StreamPath, streamPaths } from './channel.js';
import type { Channels } from './channels.js';
import { AuthenticateMessage } from './client-message.js';
import { type JsonSchema, mapped } from './json-schema.js';
import {
  AuthenticatedMessage,
  ErrorMessage,
  HeartbeatMessage,
  PongMessage,
  SubscribedMessage,
  UnsubscribedMessage,
} from './server-message-views.js';

/** One message of the document. */
export interface DescribedMessage {
  readonly title: string;
  readonly summary: string;
  readonly payload: JsonSchema;
}

type Direction = 'receive' | 'send';

/** What clients find at one path. */
interface DescribedPath {
  readonly description: string;
  readonly security: boolean;
}

/** An AsyncAPI 3 document, as far as it is used here. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly channels: Readonly<
    Record<
      string,
      { readonly address: string; readonly title: string; readonly description: string; readonly messages: object }
    >
  >;
  readonly operations: Readonly<
    Record<string, { readonly action: Direction; readonly messages: readonly { $ref: string }[] }>
  >;
  readonly components: {
    readonly messages: Readonly<Record<string, DescribedMessage>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: object;
  };
  readonly [field: string]: unknown;
}

const paths: Readonly<Record<StreamPath, DescribedPath>> = {
  market: { description: 'Market data. Everybody may read it.', security: false },
  account: {
    description:
      'Private events of an account. With AUTH=on it takes an API key with the scope `read`, at the upgrade or by `authenticate`; `cancelOnDisconnect` takes the scope `trade` too.',
    security: true,
  },
  audit: {
    description: 'The drop copy for auditors and risk monitors. It takes the AUDIT_TOKEN at the upgrade.',
    security: true,
  },
};

const id: JsonSchema = {
  description: 'Whatever the client calls the message; its answer has it too.',
  type: ['string', 'integer'],
  maxLength: 64,
};

/** Which classes have to be described, beside those that they name. */
export function describedClasses(channels: Channels): DtoClass[] {
  const own = [AuthenticateMessage, AuthenticatedMessage, ErrorMessage, HeartbeatMessage, PongMessage];
  const ofChannels = allChannels(channels).flatMap(({ request, message, acknowledgement }) => [
    request,
    message,
    ...(acknowledgement === undefined ? [] : [acknowledgement]),
  ]);
  return [...new Set<DtoClass>([...own, SubscribedMessage, UnsubscribedMessage, ...ofChannels])];
}

/**
 * Describes the streams, of the classes by which requests are checked and messages are typed. The schemas are
 * those that Swagger makes of `describedClasses`.
 */
export function asyncApiDocument(
  channels: Channels,
  openApiSchemas: Readonly<Record<string, object>>,
): AsyncApiDocument {
  const describer = new Describer(mapped(openApiSchemas));
  const described = (Object.keys(streamPaths) as StreamPath[]).map((path) => describer.path(path, channels.of(path)));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Exchange Simulator: streams', version, description: introduction },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(described.map(({ path, channel }) => [path, channel])),
    operations: Object.assign({}, ...described.map(({ operations }) => operations)),
    components: {
      messages: describer.messages,
      schemas: describer.schemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const introduction =
  'Live streams over WebSocket. Each message is one JSON object in a text frame. A subscription is acknowledged before its first message. ' +
  'What is refused is answered with an `error`, in the codes of REST, and the connection goes on. ' +
  'Close codes: 1001 the exchange stops, 1003 binary message, 1007 not UTF-8, 1008 too many fragments, 1009 message too large, 1011 fault of the exchange, ' +
  '4401 no good key in time, 4403 access revoked, 4408 no pong, 4409 slow consumer (resume by sequence), 4429 too many messages.';

function allChannels(channels: Channels): Channel[] {
  return (Object.keys(streamPaths) as StreamPath[]).flatMap((path) => channels.of(path));
}

class Describer {
  readonly messages: Record<string, DescribedMessage> = {};

  constructor(readonly schemas: Readonly<Record<string, JsonSchema>>) {
    this.add('ping', 'Asks for a pong.', { op: constant('ping'), id }, ['op']);
    this.add(
      'authenticate',
      'Says whose the connection is.',
      { op: constant('authenticate'), id },
      ['op'],
      AuthenticateMessage,
    );
    this.add('pong', 'Answers a ping.', {}, [], PongMessage);
    this.add('authenticated', 'Answers `authenticate`.', {}, [], AuthenticatedMessage);
    this.add('heartbeat', 'Comes every STREAM_HEARTBEAT_MS while there is a subscription.', {}, [], HeartbeatMessage);
    this.add('error', 'Says what was refused, or why the connection is closed.', {}, [], ErrorMessage);
  }

  path(path: StreamPath, channels: readonly Channel[]) {
    const groups = [...Map.groupBy(channels, groupOf)];
    const named = groups.map(([group, members]) => this.group(`${path}.${group}`, members));
    const authenticates = path === 'account';
    const received = ['ping', ...(authenticates ? ['authenticate'] : []), ...named.flatMap(({ received }) => received)];
    const sent = [
      'pong',
      ...(authenticates ? ['authenticated'] : []),
      'heartbeat',
      'error',
      ...named.flatMap(({ sent }) => sent),
    ];
    const { description, security } = paths[path];
    return {
      path,
      channel: {
        address: streamPaths[path],
        title: titleOf(path),
        description,
        messages: Object.fromEntries(
          [...received, ...sent].map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
      operations: {
        [`${path}Receive`]: operation('receive', path, received, security),
        [`${path}Send`]: operation('send', path, sent, security),
      },
    };
  }

  /** Channels that differ in nothing but their name, such as the candles of each interval. */
  private group(name: string, channels: readonly Channel[]): { received: string[]; sent: string[] } {
    const { request, message, acknowledgement, description, envelope = {}, keyFields } = channels[0]!;
    const channel: JsonSchema = { type: 'string', enum: channels.map((each) => each.name) };
    const base = ['op', 'channel'];
    this.add(
      `${name}.subscribe`,
      `Subscribes. ${description}`,
      { op: constant('subscribe'), id, channel },
      base,
      request,
    );
    const key = this.picked(request, keyFields);
    this.add(
      `${name}.unsubscribe`,
      'Ends a subscription.',
      { op: constant('unsubscribe'), id, channel, ...key.properties },
      [...base, ...key.required],
    );
    const echoed = {
      ...this.schemaOf(request).properties,
      ...(acknowledgement && this.schemaOf(acknowledgement).properties),
    };
    this.add(
      `${name}.subscribed`,
      'Acknowledges a subscription, before its first message.',
      { ...echoed, channel },
      ['channel'],
      SubscribedMessage,
    );
    this.add(
      `${name}.unsubscribed`,
      'Nothing comes after this.',
      { ...key.properties, channel },
      ['channel'],
      UnsubscribedMessage,
    );
    const around = Object.fromEntries(Object.entries(envelope).map(([field, value]) => [field, constant(value)]));
    const ofChannel: Record<string, JsonSchema> =
      'channel' in this.schemaOf(message).properties! || 'channel' in envelope ? { channel } : {};
    this.add(name, description, { ...around, ...ofChannel }, Object.keys(around), message);
    return {
      received: [`${name}.subscribe`, `${name}.unsubscribe`],
      sent: [`${name}.subscribed`, `${name}.unsubscribed`, name],
    };
  }

  /** Fields that are given here stand for those of the class. */
  private add(
    name: string,
    summary: string,
    fields: Record<string, JsonSchema>,
    required: string[],
    type?: DtoClass,
  ): void {
    const described = type === undefined ? {} : this.schemaOf(type);
    const payload: JsonSchema = {
      type: 'object',
      properties: { ...described.properties, ...fields },
      required: [...new Set([...(described.required ?? []), ...required])],
    };
    this.messages[name] = { title: name, summary, payload };
  }

  private picked(type: DtoClass, names: readonly string[]) {
    const { properties = {}, required = [] } = this.schemaOf(type);
    return {
      properties: Object.fromEntries(names.map((name) => [name, properties[name]!])),
      required: required.filter((name) => names.includes(name)),
    };
  }

  private schemaOf(type: DtoClass): JsonSchema {
    return this.schemas[type.name] ?? {};
  }
}

function groupOf({ name }: Channel): string {
  return name.split(':', 1)[0]!;
}

function constant(value: string): JsonSchema {
  return { type: 'string', enum: [value] };
}

function titleOf(path: StreamPath): string {
  return { market: 'Market data', account: 'Private events', audit: 'Drop copy' }[path];
}

function operation(action: Direction, path: StreamPath, messages: readonly string[], security: boolean) {
  return {
    action,
    channel: { $ref: `#/channels/${path}` },
    ...(security ? { security: [{ $ref: '#/components/securitySchemes/bearer' }] } : {}),
    messages: messages.map((name) => ({ $ref: `#/channels/${path}/messages/${name}` })),
  };
}
