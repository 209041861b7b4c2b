import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import type { Answer } from './exchange-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

const reflectionProto = 'node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto';
const services = ['Account', 'Order', 'Risk', 'MarketData', 'Settlement', 'Audit'].map(
  (name) => `exchange.v1.${name}Service`,
);

function methodOf(proto: string, service: string, method: string): MethodDefinition<object, object> {
  const definition = loadSync(proto, { enums: String, longs: Number });
  return (definition[service] as ServiceDefinition)[method]!;
}

describe('the gRPC server of a running exchange', () => {
  let exchange: RunningExchange;
  let client: Client;

  beforeAll(async () => {
    exchange = await RunningExchange.start();
    client = new Client(exchange.addresses.grpc, credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    await exchange.stop();
  });

  function check(service: string): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = methodOf(healthProto, 'grpc.health.v1.Health', 'Check');
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }

  /** What reflection answers to one question. */
  async function ask(question: object): Promise<Answer> {
    const service = 'grpc.reflection.v1.ServerReflection';
    const { path, requestSerialize, responseDeserialize } = methodOf(reflectionProto, service, 'ServerReflectionInfo');
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const answer = new Promise((resolve, reject) => stream.once('data', resolve).once('error', reject));
    stream.write(question);
    return answer.finally(() => stream.end());
  }

  it.each(['', ...services])('says that %j serves', async (service) => {
    expect(await check(service)).toEqual({ status: 'SERVING' });
  });

  it('does not know the health of a service that is not there', async () => {
    const error: ServiceError = await check('exchange.v1.Nothing').catch((failure) => failure);
    expect(error.code).toBe(status.NOT_FOUND);
  });

  it('lists its services by reflection', async () => {
    const { listServicesResponse } = await ask({ listServices: '' });
    const names = listServicesResponse.service.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining([...services, 'grpc.health.v1.Health']));
  });

  it('describes itself so that a tool needs nothing else to call it', async () => {
    const url = `http://${exchange.addresses.grpc}/exchange.v1.AccountService/CreateAccount`;
    const request = '{"name": "Ann", "owner_id": "team-a", "type": "ACCOUNT_TYPE_HOUSE"}';
    const options = ['--reflect', '--protocol', 'grpc', '--http2-prior-knowledge', '--data', request];
    const { stdout } = await promisify(execFile)('node_modules/.bin/buf', ['curl', ...options, url]);
    expect(JSON.parse(stdout).account).toMatchObject({ ownerId: 'team-a', type: 'ACCOUNT_TYPE_HOUSE' });
  });

  it('answers a method that is not there with UNIMPLEMENTED', async () => {
    const { requestSerialize, responseDeserialize } = methodOf(healthProto, 'grpc.health.v1.Health', 'Check');
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest('/exchange.v1.OrderService/Fly', requestSerialize, responseDeserialize, {}, resolve);
    });
    expect(error?.code).toBe(status.UNIMPLEMENTED);
  });
});
