import {
  type Client,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestApplication } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { HealthImplementation, service as healthService } from 'grpc-health-check';
import protobuf from 'protobufjs';
import type { Origin } from '../journal/journal.js';
import { IsText } from './field-checks.js';
import { GrpcServer } from './grpc-server.js';
import { createHttpAdapter, httpApplicationOptions, useEdge } from './http-edge.js';
import { Payload } from './parameters.js';
import { Problem } from './problem.js';
import { RequestOrigin } from './request-origin.js';

class CreateAccount {
  @IsText(20)
  name!: string;
}

const slow = Promise.withResolvers<void>();

@Controller()
class AccountsController {
  @GrpcMethod('AccountService', 'CreateAccount')
  async create(@Payload() { name }: CreateAccount, @RequestOrigin() origin: Origin): Promise<object> {
    if (name === 'broken') throw new Error('the secret cause');
    if (name === 'refused')
      throw Problem.rejected({ rejected: 'INSUFFICIENT_FUNDS', reason: 'It needs 2 €.' }, { orderId: 'ord-5' });
    if (name === 'slow') await slow.promise;
    return { account: { name: `${origin.transport} ${origin.requestId}` } };
  }
}

/** What a client makes of the trailer, read with Google's definitions rather than with the code under test. */
const rpcTypes = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message BadRequest { message FieldViolation { string field = 1; string description = 2; } repeated FieldViolation field_violations = 1; }
`).root;

function detailsOf({ metadata }: ServiceError): Record<string, unknown> {
  const bytes = metadata.get('grpc-status-details-bin')[0] as Buffer;
  const { details } = rpcTypes.lookupType('Status').decode(bytes) as unknown as {
    details: { typeUrl: string; value: Buffer }[];
  };
  return Object.fromEntries(
    details.map(({ typeUrl, value }) => {
      const name = typeUrl.replace('type.googleapis.com/google.rpc.', '');
      return [name, rpcTypes.lookupType(name).decode(value).toJSON()];
    }),
  );
}

describe('the gRPC server', () => {
  let app: NestFastifyApplication;
  let server: GrpcServer;
  let client: Client;
  const health = new HealthImplementation({ '': 'SERVING' });
  const covered: string[] = [];

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [AccountsController] }).compile();
    app = module.createNestApplication<NestFastifyApplication & INestApplication>(
      createHttpAdapter({ bodyBytesMax: 4096 }),
      {
        ...httpApplicationOptions,
        logger: false,
      },
    );
    useEdge(app);
    server = new GrpcServer(
      { host: '127.0.0.1', port: 0, messageBytesMax: 4096, package: 'exchange.v1' },
      { addToServer: (server) => health.addToServer(server), cover: (service) => covered.push(service) },
    );
    app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    client = clientOf(server);
  });

  afterAll(async () => {
    client.close();
    slow.resolve();
    await app.close();
  });

  const create = (name: unknown, metadata = new Metadata()) =>
    callWith(client, Buffer.from(encoded({ name })), metadata);

  it('tells the port that it took, and passes calls on', async () => {
    expect(server.port).toBeGreaterThan(0);
    const metadata = new Metadata();
    metadata.set('x-request-id', 'r-1');
    expect(nameIn(await create('Alice', metadata))).toBe('GRPC r-1');
  });

  it('names each field that is wrong', async () => {
    const error = await failureOf(create(undefined));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    const { ErrorInfo, BadRequest } = detailsOf(error);
    expect(ErrorInfo).toEqual({ reason: 'VALIDATION_FAILED', domain: 'exchange-simulator' });
    expect(BadRequest).toEqual({
      fieldViolations: [{ field: 'name', description: expect.stringContaining('is missing: it must be 1 to 20') }],
    });
  });

  it('tells why the exchange refused', async () => {
    const error = await failureOf(create('refused'));
    expect([error.code, error.details]).toEqual([status.FAILED_PRECONDITION, 'It needs 2 €.']);
    expect(detailsOf(error).ErrorInfo).toEqual({
      reason: 'INSUFFICIENT_FUNDS',
      domain: 'exchange-simulator',
      metadata: { orderId: 'ord-5' },
    });
  });

  it('takes unreadable bytes for the client’s mistake', async () => {
    const error = await failureOf(callWith(client, Buffer.from([0x0a, 0xff, 0xff]), new Metadata()));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(error.details).toContain('could not be read');
  });

  it('refuses a message over the limit', async () => {
    expect((await failureOf(create('x'.repeat(5000)))).code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('tells nobody the cause of its own faults', async () => {
    const error = await failureOf(create('broken'));
    expect(error.code).toBe(status.INTERNAL);
    expect(error.details).not.toContain('secret');
  });

  it('answers health checks and covers the services', async () => {
    expect(await checkHealth(server, '')).toEqual({ status: 'SERVING' });
    expect((await failureOf(checkHealth(server, 'nothing.v1'))).code).toBe(status.NOT_FOUND);
    expect(covered).toContain('exchange.v1.AccountService');
  });

  it('lists its services by reflection', async () => {
    const names = await reflectedServices(server);
    expect(names).toEqual(expect.arrayContaining(['exchange.v1.AccountService', 'grpc.health.v1.Health']));
  });

  it('stops after the last answer, and tells the health watches that are open why they end', async () => {
    const watch = watchHealth(server);
    await watch.begun;
    const call = create('slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    slow.resolve();
    expect(nameIn(await call)).toContain('GRPC');
    await closed;
    expect(await watch.ended).toMatchObject({ code: status.UNAVAILABLE, details: 'The exchange is shutting down.' });
  });
});

const accountProto = loadSync('exchange/v1/account_service.proto', { includeDirs: ['proto'] });

function clientOf({ port }: GrpcServer): Client {
  const services = (loadPackageDefinition(accountProto).exchange as GrpcObject).v1 as Record<string, never>;
  return new (services.AccountService as unknown as new (...args: unknown[]) => Client)(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
}

function encoded(request: object): Uint8Array {
  const method = (
    accountProto['exchange.v1.AccountService'] as never as Record<string, { requestSerialize(value: object): Buffer }>
  ).CreateAccount;
  return method!.requestSerialize(request);
}

function callWith(client: Client, bytes: Buffer, metadata: Metadata): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/exchange.v1.AccountService/CreateAccount',
      (value: Buffer) => value,
      (value: Buffer) => value,
      bytes,
      metadata,
      (error, answer) => (error ? reject(error) : resolve(answer as Buffer)),
    );
  });
}

function nameIn(answer: Buffer): string {
  const method = (
    accountProto['exchange.v1.AccountService'] as never as Record<
      string,
      { responseDeserialize(bytes: Buffer): unknown }
    >
  ).CreateAccount;
  return (method!.responseDeserialize(answer) as { account: { name: string } }).account.name;
}

async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  return call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: ServiceError) => error,
  );
}

type HealthClient = Client & {
  check(request: object, done: (error: ServiceError | null, answer: object) => void): void;
  watch(request: object): NodeJS.EventEmitter;
};

function healthClient({ port }: GrpcServer): HealthClient {
  const { Health } = loadPackageDefinition({ Health: healthService }) as never as {
    Health: new (...args: unknown[]) => HealthClient;
  };
  return new Health(`127.0.0.1:${port}`, credentials.createInsecure());
}

function checkHealth(server: GrpcServer, service: string): Promise<object> {
  const client = healthClient(server);
  return new Promise<object>((resolve, reject) => {
    client.check({ service }, (error, answer) => (error ? reject(error) : resolve(answer)));
  }).finally(() => client.close());
}

function watchHealth(server: GrpcServer): { begun: Promise<unknown>; ended: Promise<unknown> } {
  const client = healthClient(server);
  const stream = client.watch({ service: '' });
  const begun = new Promise((resolve) => stream.once('data', resolve));
  const ended = new Promise((resolve) => stream.once('error', resolve)).finally(() => client.close());
  return { begun, ended };
}

async function reflectedServices({ port }: GrpcServer): Promise<string[]> {
  const reflection = loadPackageDefinition(
    loadSync('node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto'),
  ) as never as {
    grpc: {
      reflection: {
        v1: {
          ServerReflection: new (...args: unknown[]) => Client & { serverReflectionInfo(): NodeJS.ReadWriteStream };
        };
      };
    };
  };
  const client = new reflection.grpc.reflection.v1.ServerReflection(`127.0.0.1:${port}`, credentials.createInsecure());
  const stream = client.serverReflectionInfo();
  const answer = new Promise<{ listServicesResponse: { service: { name: string }[] } }>((resolve, reject) => {
    stream.once('data', resolve).once('error', reject);
  });
  stream.write({ listServices: '' } as never);
  const { listServicesResponse } = await answer;
  stream.end();
  client.close();
  return listServicesResponse.service.map(({ name }) => name);
}
