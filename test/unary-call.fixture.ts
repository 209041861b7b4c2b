import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js';

export const ticker = '/exchange.v1.MarketDataService/GetTicker';
/** `GetTickerRequest{symbol: "BTC-USD"}`. */
export const btcUsd = Buffer.from([0x0a, 7, ...Buffer.from('BTC-USD')]);

/** One call with bytes as they are; resolves to its failure, or to nothing. */
export function unary(
  client: Client,
  path: string,
  request: Buffer,
  authorization?: string,
): Promise<ServiceError | undefined> {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  const bytes = (value: Buffer): Buffer => value;
  const deadline = Date.now() + 5_000;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, bytes, bytes, request, metadata, { deadline }, (error) =>
      resolve(error ?? undefined),
    );
  });
}
