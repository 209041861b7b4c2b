import { once } from 'node:events';
import { get, type RequestOptions } from 'node:https';
import { type ChannelCredentials, Client, credentials, status } from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { Certificates } from './certificates.fixture.js';
import { auditToken, GuardedExchange } from './guarded-exchange.fixture.js';
import { btcUsd, ticker, unary } from './unary-call.fixture.js';

jest.setTimeout(60_000);

afterAll(() => GuardedExchange.killAll());

describe('TLS', () => {
  let certificates: Certificates;

  beforeAll(async () => {
    certificates = await Certificates.make();
  });

  afterAll(() => certificates.remove());

  it('is spoken over REST and gRPC, and nothing else is', async () => {
    const { addresses } = await GuardedExchange.start(certificates.settings(false));
    expect(addresses.http).toMatch(/^https:/);
    const answer = await secureGet(`${addresses.http}/health/ready`, { ca: certificates.authority });
    expect([answer.status, answer.headers['strict-transport-security']]).toEqual([
      200,
      expect.stringContaining('max-age'),
    ]);
    await expect(secureGet(`${addresses.http}/health/ready`, {})).rejects.toThrow(/certificate/);
    await expect(fetch(addresses.http.replace('https', 'http'))).rejects.toThrow();
    const trusting = credentials.createSsl(Buffer.from(certificates.authority));
    expect(await codeOver(addresses.grpc, trusting)).toBe(status.OK);
    expect(await codeOver(addresses.grpc, credentials.createInsecure())).toBe(status.UNAVAILABLE);
  });

  it('asks clients for a certificate of the right authority, where it is told to', async () => {
    const { addresses } = await GuardedExchange.start(certificates.settings(true));
    const { authority: ca, client, stranger } = certificates;
    const statusOf = (identity: object) =>
      secureGet(`${addresses.http}/health/ready`, { ca, ...identity }).then(
        (answer) => answer.status,
        () => 'refused',
      );
    expect([await statusOf(client), await statusOf({}), await statusOf(stranger)]).toEqual([200, 'refused', 'refused']);
    const root = Buffer.from(ca);
    const channel = (identity?: { key: string; cert: string }) =>
      identity === undefined
        ? credentials.createSsl(root)
        : credentials.createSsl(root, Buffer.from(identity.key), Buffer.from(identity.cert));
    expect(await codeOver(addresses.grpc, channel(client))).toBe(status.OK);
    expect(await codeOver(addresses.grpc, channel())).toBe(status.UNAVAILABLE);
    expect(await codeOver(addresses.grpc, channel(stranger))).toBe(status.UNAVAILABLE);
  });

  it('is on the port of the audit too', async () => {
    const { server } = await GuardedExchange.start({ ...certificates.settings(false), AUDIT_PORT: '0' });
    const [, audit] = await server.printed(/Audit +(https:\/\/[0-9.:]+)\/audit/);
    const headers = { authorization: `Bearer ${auditToken}` };
    const answer = await secureGet(`${audit}/audit/v1/state`, { ca: certificates.authority, headers });
    expect(answer.status).toBe(200);
    const drops = new WebSocket(`${audit!.replace('https', 'wss')}/audit/ws/v1/events`, {
      ca: certificates.authority,
      headers,
    });
    drops.on('open', () => drops.send('{"op":"ping"}'));
    const [pong] = await once(drops, 'message');
    expect(JSON.parse(String(pong))).toMatchObject({ type: 'pong' });
    drops.terminate();
  });
});

async function codeOver(address: string, channel: ChannelCredentials): Promise<status> {
  const client = new Client(address, channel, { 'grpc.use_local_subchannel_pool': 1 });
  const failure = await unary(client, ticker, btcUsd);
  client.close();
  return failure?.code ?? status.OK;
}

function secureGet(
  url: string,
  options: RequestOptions,
): Promise<{ status: number | undefined; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, ...options }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, headers: answer.headers });
    });
    request.on('error', reject);
  });
}
