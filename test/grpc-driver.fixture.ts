import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import type { Answer, ExchangeDriver, Operation, Outcome, Refusal, Request } from './exchange-driver.fixture.js';
import { withoutAbsent } from './exchange-driver.fixture.js';

const services = ['account', 'order', 'market_data', 'api_key', 'risk'].map(
  (name) => `exchange/v1/${name}_service.proto`,
);
const definition = loadSync(services, { includeDirs: ['proto'], longs: Number, enums: String, defaults: true });
const methods = new Map(
  ['AccountService', 'OrderService', 'MarketDataService', 'ApiKeyService', 'RiskService'].flatMap((name) =>
    Object.entries(definition[`exchange.v1.${name}`] as ServiceDefinition),
  ),
);

type Method = MethodDefinition<object, object>;

/** Talks to an exchange with the proto files alone, as any client would. */
export class GrpcDriver implements ExchangeDriver {
  readonly name = 'gRPC';
  private readonly client: Client;

  /** The token is sent as a bearer's. */
  constructor(
    address: string,
    private readonly token?: string,
  ) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  }

  async call(operation: Operation, request: Request, deadlineMs = 10_000): Promise<Outcome> {
    const { requestSerialize } = methods.get(operation) as Method;
    return this.send(operation, requestSerialize(inWordsOfProto(operation, request)), new Metadata(), deadlineMs);
  }

  /** Sends bytes as they are. */
  async send(operation: Operation, bytes: Buffer, metadata = new Metadata(), deadlineMs = 10_000): Promise<Outcome> {
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    const { path, responseDeserialize } = methods.get(operation) as Method;
    const same = (value: Buffer): Buffer => value;
    const deadline = Date.now() + deadlineMs;
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(path, same, same, bytes, metadata, { deadline }, (error, answer) => {
        if (error !== null) resolve({ refusal: refusalOf(error) });
        else resolve({ answer: commonForm(responseDeserialize(answer!)) });
      });
    });
  }

  close(): void {
    this.client.close();
  }
}

const httpStatuses = new Map([
  [status.INVALID_ARGUMENT, 400],
  [status.NOT_FOUND, 404],
  [status.ALREADY_EXISTS, 409],
  [status.FAILED_PRECONDITION, 422],
  [status.UNAUTHENTICATED, 401],
  [status.PERMISSION_DENIED, 403],
  [status.RESOURCE_EXHAUSTED, 429],
  [status.UNAVAILABLE, 503],
  [status.INTERNAL, 500],
]);

const prefixes = {
  side: 'SIDE_',
  timeInForce: 'TIME_IN_FORCE_',
  selfTradePrevention: 'SELF_TRADE_PREVENTION_',
} as const;

function inWordsOfProto(operation: Operation, request: Request): Request {
  const all: Record<string, string> = {
    ...prefixes,
    type: operation === 'PlaceOrder' ? 'ORDER_TYPE_' : 'ACCOUNT_TYPE_',
    status: operation === 'ListOrders' ? 'ORDER_STATUS_' : 'ACCOUNT_STATUS_',
  };
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => {
      if (name === 'limits' && Array.isArray(value)) return [name, value.map(limitInWordsOfProto)];
      if (name === 'from' || name === 'to') return [name, { seconds: Date.parse(`${value}`) / 1000 }];
      return [name, name in all ? `${all[name]}${value}` : value];
    }),
  );
}

/** What is no object is left as it is: it is sent to be refused. */
function limitInWordsOfProto(limit: Request): Request {
  return { ...limit, kind: `RISK_LIMIT_KIND_${limit.kind ?? 'UNSPECIFIED'}` };
}

const wordPrefix =
  /^(SIDE|ORDER_TYPE|TIME_IN_FORCE|SELF_TRADE_PREVENTION|ORDER_STATUS|LIQUIDITY|ACCOUNT_TYPE|ACCOUNT_STATUS|ACCOUNT_EVENT_TYPE|TRANSFER_KIND|LEDGER_ENTRY_TYPE|MARKET_STATUS|RISK_LIMIT_KIND|RISK_LEVEL)_/;

/** The message in the words of JSON, and what is only wrapped in an answer's message by itself. */
function commonForm(message: Answer): Answer {
  const answer = withoutAbsent(inWordsOfJson(message));
  const { account, transfer, order, ticker, apiKey, killSwitch, ...rest } = answer;
  if (killSwitch !== undefined) return { ...killSwitch, ...rest };
  if (apiKey !== undefined) return { ...apiKey, ...rest };
  return account ?? transfer ?? order ?? ticker ?? answer;
}

export function inWordsOfJson(value: Answer): Answer {
  if (typeof value === 'string') return value.replace(wordPrefix, '');
  if (Array.isArray(value)) return value.map(inWordsOfJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('seconds' in value) return new Date(value.seconds * 1000 + value.nanos / 1_000_000).toISOString();
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inWordsOfJson(member)]));
}

/** Google's definitions, so that the trailer is read by other code than the code that wrote it. */
const rpc = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message FieldViolation { string field = 1; string description = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message BadRequest { repeated FieldViolation field_violations = 1; }
`).root;

export function refusalOf(error: ServiceError): Refusal {
  const details = detailsOf(error);
  const { reason, domain, metadata } = details['google.rpc.ErrorInfo'] ?? {};
  if (reason !== undefined) expect(domain).toBe('exchange-simulator');
  const violations: { field: string }[] = details['google.rpc.BadRequest']?.fieldViolations ?? [];
  return withoutAbsent({
    status: httpStatuses.get(error.code) ?? -error.code,
    code: reason ?? status[error.code],
    detail: error.details,
    fields: violations.map(({ field }) => field),
    ...metadata,
  });
}

function detailsOf({ metadata, code, details: message }: ServiceError): Record<string, Answer> {
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (bytes === undefined) return {};
  const sent = rpc.lookupType('Status').decode(bytes as Buffer) as Answer;
  expect([sent.code, sent.message]).toEqual([code, message]);
  return Object.fromEntries(
    sent.details.map(({ typeUrl, value }: { typeUrl: string; value: Buffer }) => {
      const name = typeUrl.replace('type.googleapis.com/', '');
      return [name, rpc.lookupType(name.replace('google.rpc.', '')).decode(value).toJSON()];
    }),
  );
}
