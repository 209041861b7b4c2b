import { Client, credentials, Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { problemKinds } from '../../src/edge/problem-codes.js';
import { GrpcInputs } from './grpc-input.js';
import type { KnownThings } from './known-things.js';
import { type Input, insidesIn, type Outcome, shortened, type Target } from './outcome.js';
import { madeIdsOf } from './rest-targets.js';
import { SchemaValues } from './schema-values.js';
import { Words } from './words.js';

const services = ['account', 'order', 'market_data', 'api_key', 'risk', 'settlement', 'audit'];
const commands: Readonly<Record<string, string>> = {
  CreateAccount: 'OpenAccount',
  UpdateAccount: 'ChangeAccountStatus',
  Deposit: 'Deposit',
  Withdraw: 'Withdraw',
  Transfer: 'Transfer',
  PlaceOrder: 'PlaceOrder',
  CancelOrder: 'CancelOrder',
  CancelOrders: 'CancelOrders',
  IssueApiKey: 'IssueApiKey',
  RevokeApiKey: 'RevokeApiKey',
  SetRiskLimits: 'SetRiskLimits',
  EngageKillSwitch: 'EngageKillSwitch',
  ReleaseKillSwitch: 'ReleaseKillSwitch',
  CloseSettlementCycles: 'CloseSettlementCycle',
  InjectFault: 'InjectFault',
  ClearFault: 'EndFault',
  ClearFaults: 'EndFault',
};
/** What no client can bring about, whatever it sends. */
const faultsOfServer = new Set([
  status.INTERNAL,
  status.UNKNOWN,
  status.DATA_LOSS,
  status.UNAVAILABLE,
  status.UNIMPLEMENTED,
]);
/** What grpc-js answers itself, before anything of the exchange is asked. */
const ofLibrary = /larger than max|Received message/;
const deadlineMs = 30_000;

type Ended = Pick<StatusObject, 'code' | 'details' | 'metadata'> & { readonly answer?: Buffer };

/** Every method of the protos. */
export class GrpcTargets {
  private readonly client: Client;
  private readonly root = new protobuf.Root();

  constructor(
    address: string,
    private readonly things: KnownThings,
  ) {
    this.client = new Client(address, credentials.createInsecure(), {
      ...{ 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 },
      'grpc.enable_retries': 0,
    });
    this.root.resolvePath = (_origin, target) => (target.startsWith('google/') ? target : `proto/${target}`);
    this.root.loadSync(services.map((name) => `exchange/v1/${name}_service.proto`)).resolveAll();
  }

  targets(): Target[] {
    const { nestedArray } = this.root.lookup('exchange.v1') as protobuf.Namespace;
    return nestedArray
      .filter((each) => each instanceof protobuf.Service)
      .flatMap(({ name: service, methodsArray }) => methodsArray.map((method) => this.target(service, method)));
  }

  close(): void {
    this.client.close();
  }

  private target(service: string, method: protobuf.Method): Target {
    const inputs = new GrpcInputs(method.resolvedRequestType!, new SchemaValues({}, new Words(this.things)));
    const path = `/exchange.v1.${service}/${method.name}`;
    // The audit is asked over REST alone where anybody is asked for credentials.
    const asks = service === 'MarketDataService' ? undefined : 'callers';
    return {
      ...{ name: `gRPC ${service}/${method.name}`, weight: weightOf(method), command: commands[method.name], asks },
      send: async ({ random, isBroken, requestId, credentials }: Input) => {
        const { bytes, shown } = inputs.make(isBroken, random);
        const metadata = new Metadata();
        metadata.set('x-request-id', requestId);
        if (credentials?.authorization !== undefined) metadata.set('authorization', credentials.authorization);
        const hurry = random.chance(0.04) ? random.pick(['DEADLINE', 'CANCEL'] as const) : undefined;
        const ended = await (method.responseStream ? this.stream : this.unary).call(this, path, bytes, metadata, hurry);
        return this.judged(ended, method, hurry !== undefined, shortened(`${path} ${shown}`));
      },
    };
  }

  private unary(path: string, bytes: Buffer, metadata: Metadata, hurry?: string): Promise<Ended> {
    const deadline = Date.now() + (hurry === 'DEADLINE' ? 1 : deadlineMs);
    return new Promise((resolve) => {
      const call = this.client.makeUnaryRequest(path, same, same, bytes, metadata, { deadline }, (error, answer) => {
        resolve(error ?? { code: status.OK, details: '', metadata: new Metadata(), answer });
      });
      if (hurry === 'CANCEL') setImmediate(() => call.cancel());
    });
  }

  /** The first message of a stream is enough; who only listens for what comes has none to wait for. */
  private stream(path: string, bytes: Buffer, metadata: Metadata, hurry?: string): Promise<Ended> {
    const deadline = Date.now() + (hurry === 'DEADLINE' ? 1 : deadlineMs);
    return new Promise((resolve) => {
      const call = this.client.makeServerStreamRequest(path, same, same, bytes, metadata, { deadline });
      call.on('data', (answer: Buffer) => {
        resolve({ code: status.OK, details: '', metadata: new Metadata(), answer });
        call.cancel();
      });
      call.on('error', (error: ServiceError) => resolve(error));
      call.on('end', () => resolve({ code: status.OK, details: '', metadata: new Metadata() }));
      if (hurry === 'CANCEL') setImmediate(() => call.cancel());
    });
  }

  private judged(
    { code, details, metadata, answer }: Ended,
    method: protobuf.Method,
    hurried: boolean,
    sent: string,
  ): Outcome {
    const isHurry = hurried && (code === status.CANCELLED || code === status.DEADLINE_EXCEEDED);
    const findings = code === status.OK || isHurry ? [] : findingsOfFailure(code, details, metadata);
    if (code !== status.OK) {
      const learnt = JSON.stringify(metadata.toHttp2Headers());
      this.things.learn(learnt);
      return { status: status[code], verdict: isHurry ? 'UNKNOWN' : 'REFUSED', findings, sent };
    }
    const text = JSON.stringify(answer === undefined ? {} : decoded(method.resolvedResponseType!, answer));
    this.things.learn(text);
    return { status: 'OK', verdict: 'ACCEPTED', findings: insidesIn(text), sent, madeIds: madeIdsOf(text) };
  }
}

function same(value: Buffer): Buffer {
  return value;
}

function decoded(type: protobuf.Type, bytes: Buffer): object {
  return type.toObject(type.decode(bytes), { longs: Number, enums: String });
}

/** `google.rpc.Status` with `ErrorInfo`, read by other code than the code that wrote it. */
const rpc = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`).root;

function findingsOfFailure(code: status, details: string, metadata: Metadata): string[] {
  const findings = insidesIn(details);
  if (faultsOfServer.has(code)) return [...findings, `it failed with ${status[code]}: ${details}`];
  if (code === status.RESOURCE_EXHAUSTED && ofLibrary.test(details)) return findings;
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(bytes)) return [...findings, `${status[code]} has no google.rpc.Status: ${details}`];
  const told = rpc.lookupType('Status').decode(bytes).toJSON() as { code: number; message: string; details: Detail[] };
  const info = told.details.find(({ typeUrl }) => typeUrl === 'type.googleapis.com/google.rpc.ErrorInfo');
  if (told.code !== code || told.message !== details)
    findings.push(`its google.rpc.Status says something else: ${told.code}`);
  if (info === undefined) return [...findings, `${status[code]} has no google.rpc.ErrorInfo: ${details}`];
  const { reason = '', domain } = rpc.lookupType('ErrorInfo').decode(Buffer.from(info.value, 'base64')).toJSON();
  const kind = problemKinds[reason as keyof typeof problemKinds];
  if (kind?.grpcStatus !== code || domain !== 'exchange-simulator')
    findings.push(`${status[code]} has the reason ${reason} of ${domain}`);
  return findings;
}

interface Detail {
  readonly typeUrl: string;
  readonly value: string;
}

function weightOf({ name }: protobuf.Method): number {
  if (/^(Verify|Reconcile|GetState|ExplainOrder|CloseSettlementCycles)$/.test(name)) return 0.03;
  if (name === 'PlaceOrder') return 8;
  if (name === 'EngageKillSwitch') return 0.3;
  return /^(Get|List|Stream)/.test(name) ? 0.6 : 1;
}
