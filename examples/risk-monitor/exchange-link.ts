import { Client, type ClientReadableStream, credentials, Metadata } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { Page } from './exchange-messages.ts';

const callTimeoutMs = 5_000;
const pageItemsMax = 500;
/** What is listed page by page has no more pages than these. */
const pagesMax = 200;

const protos: PackageDefinition = loadSync(
  ['account', 'audit', 'market_data', 'settlement'].map((name) => `exchange/v1/${name}_service.proto`),
  {
    includeDirs: [new URL('../../proto', import.meta.url).pathname],
    ...{ enums: String, longs: Number, arrays: true },
  },
);

/** Who may call what: the audit asks for a token of its own. */
export interface Tokens {
  readonly operator: string | undefined;
  readonly audit: string | undefined;
}

/** An exchange, as anybody sees it who has its public contract. */
export class ExchangeLink {
  readonly address: string;
  private readonly client: Client;
  private readonly tokens: Tokens;

  constructor(address: string, tokens: Tokens) {
    this.address = address;
    this.tokens = tokens;
    this.client = new Client(address, credentials.createInsecure());
  }

  ask<Answer>(service: string, method: string, request: object): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, method);
    const deadline = Date.now() + callTimeoutMs;
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.metadata(service),
        { deadline },
        (error, answer) => (error === null ? resolve(answer as Answer) : reject(error)),
      );
    });
  }

  /** Everything that there is to list. Throws rather than leave something out. */
  async listAll<Item>(service: string, method: string, request: object): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const asked = { ...request, limit: pageItemsMax, ...(cursor !== undefined && { cursor }) };
      const answer = await this.ask<Page<Item>>(service, method, asked);
      items.push(...answer.items);
      cursor = answer.nextCursor;
      if (!cursor) return items;
    }
    throw new Error(`${method} has more than ${pagesMax} pages of ${pageItemsMax}`);
  }

  stream(service: string, method: string, request: object): ClientReadableStream<object> {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, method);
    const metadata = this.metadata(service);
    return this.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
  }

  close(): void {
    this.client.close();
  }

  private metadata(service: string): Metadata {
    const metadata = new Metadata();
    const token = service === 'AuditService' ? this.tokens.audit : this.tokens.operator;
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    return metadata;
  }
}

function methodOf(service: string, method: string): MethodDefinition<object, object> {
  return (protos[`exchange.v1.${service}`] as ServiceDefinition)[method] as MethodDefinition<object, object>;
}
