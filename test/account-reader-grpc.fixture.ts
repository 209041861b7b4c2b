import { setTimeout as pause } from 'node:timers/promises';
import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { type AccountReader, type CancelOnDisconnect, StreamRefused } from './account-reader.fixture.js';
import { CuttingProxy } from './cutting-proxy.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { inWordsOfJson, refusalOf } from './grpc-driver.fixture.js';

const loader = { includeDirs: ['proto'], longs: Number, enums: String, oneofs: true, defaults: true };
const definition = loadSync('exchange/v1/order_service.proto', loader);
const method = (definition['exchange.v1.OrderService'] as ServiceDefinition).StreamEvents as MethodDefinition<
  object,
  Answer
>;

/** Reads an account's events over a gRPC channel of its own. */
export class GrpcAccountReader implements AccountReader {
  readonly events: Answer[] = [];
  readonly heartbeats: { sequence: number; events: number }[] = [];

  static async open(
    address: string,
    accountId: string,
    wanted?: CancelOnDisconnect,
    token?: string,
  ): Promise<GrpcAccountReader> {
    const reader = await GrpcAccountReader.call(address, accountId, wanted, token);
    try {
      await reader.subscribed;
      return reader;
    } catch (error) {
      await reader.lose();
      throw error;
    }
  }

  /** Asks for it, and is gone before the answer may have come; gives whether it had. */
  static async leaveHalfway(address: string, accountId: string, wanted: CancelOnDisconnect, afterMs: number) {
    const reader = await GrpcAccountReader.call(address, accountId, wanted);
    let answered = false;
    reader.subscribed.then(
      () => {
        answered = true;
      },
      () => undefined,
    );
    await pause(afterMs);
    await reader.lose();
    return answered;
  }

  private static async call(
    address: string,
    accountId: string,
    wanted?: CancelOnDisconnect,
    token?: string,
  ): Promise<GrpcAccountReader> {
    const proxy = await CuttingProxy.start(`http://${address}`);
    const client = new Client(new URL(proxy.address).host, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    const { path, requestSerialize, responseDeserialize } = method;
    const request = { accountId, cancelOnDisconnect: wanted };
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
    return new GrpcAccountReader(proxy, client, call);
  }

  private readonly subscribed: Promise<void>;
  private lost = false;

  private constructor(
    private readonly proxy: CuttingProxy,
    private readonly client: Client,
    call: ClientReadableStream<Answer>,
  ) {
    this.subscribed = new Promise((resolve, reject) => {
      call.on('data', (response) => {
        if (response.message === 'subscribed') resolve();
        if (response.message === 'event') this.events.push(inWordsOfJson(response.event));
        if (response.message === 'heartbeat') {
          this.heartbeats.push({ sequence: response.heartbeat.sequence, events: this.events.length });
        }
      });
      call.on('error', (error: ServiceError) => {
        const { code, detail } = refusalOf(error);
        reject(new StreamRefused(code, detail));
      });
    });
  }

  async lose(): Promise<void> {
    if (this.lost) return;
    this.lost = true;
    await this.proxy.stop();
    this.client.close();
  }
}
