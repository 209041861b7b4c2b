import { Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { PeerClients } from '../../peers/peer-clients.js';
import { ListedPeers } from '../../peers/peers.fixture.js';
import { PeerCorrelator } from './peer-correlator.js';

const definition = loadSync('audit/v1/correlator.proto', { includeDirs: ['proto'], longs: Number })[
  'audit.v1.CorrelatorService'
] as ServiceDefinition;

const request = {
  source: { venueId: 'v', serviceName: 'exchange-simulator', instanceName: 'one', environment: 'spec' },
  events: [
    {
      sequence: 7,
      time: { seconds: 1_700_000_000, nanos: 5_000_000 },
      origin: { transport: 'REST', actor: 'key-17', faults: ['flt-3'], causedBy: 6 },
      command: '{"type":"Deposit"}',
      facts: ['{"type":"FundsMoved"}'],
      balances: [{ accountId: 'acc-3', asset: 'USD', available: '1', held: '0', total: '1' }],
      previousHash: 'a'.repeat(64),
      hash: 'b'.repeat(64),
    },
  ],
};

/** A correlator in this process, which answers a number or refuses with a status. */
class AnsweringServer {
  answer: number | status = 7;
  readonly requests: object[] = [];
  private readonly server = new Server();
  port = 0;

  async start(): Promise<this> {
    this.server.addService(definition, {
      pushEvents: ({ request: pushed }: { request: object }, callback: sendUnaryData<object>) => {
        this.requests.push(pushed);
        if (this.answer === 7) callback(null, { acceptedSequence: 7 });
        else callback({ code: this.answer, details: 'as it was told' });
      },
    });
    this.port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      ),
    );
    return this;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

describe('a correlator behind gRPC', () => {
  const servers: AnsweringServer[] = [];
  const peers = new ListedPeers();
  const { signal } = new AbortController();
  let clients: PeerClients;
  let correlator: PeerCorrelator;

  beforeEach(async () => {
    for (const _ of 'ab') servers.push(await new AnsweringServer().start());
    clients = new PeerClients(peers);
    correlator = new PeerCorrelator('audit-correlator', peers, clients);
    peers.list(...servers.map(({ port }) => `audit-correlator=127.0.0.1:${port}`), 'custodian=127.0.0.1:1');
  });

  afterEach(() => {
    clients.close();
    for (const server of servers.splice(0)) server.stop();
  });

  it('is sent everything as it is, and answers how far it has it', async () => {
    expect(await correlator.push(request, signal)).toBe(7);
    expect(servers[0]!.requests).toEqual([request]);
  });

  it('is one instance, for as long as that answers', async () => {
    for (let count = 0; count < 3; count += 1) await correlator.push(request, signal);
    expect(servers.map(({ requests }) => requests.length)).toEqual([3, 0]);
    servers[0]!.answer = status.ALREADY_EXISTS;
    for (let count = 0; count < 2; count += 1)
      await expect(correlator.push(request, signal)).rejects.toThrow('as it was told');
    expect(servers.map(({ requests }) => requests.length)).toEqual([5, 0]);
    servers[0]!.answer = status.UNAVAILABLE;
    await expect(correlator.push(request, signal)).rejects.toThrow('as it was told');
    expect(await correlator.push(request, signal)).toBe(7);
    expect(servers.map(({ requests }) => requests.length)).toEqual([6, 1]);
  });

  it('is known as long as discovery has it', async () => {
    let changes = 0;
    const unfollow = correlator.onChange(() => {
      changes += 1;
    });
    expect(correlator.isKnown()).toBe(true);
    peers.list('custodian=127.0.0.1:1');
    expect(correlator.isKnown()).toBe(false);
    await expect(correlator.push(request, signal)).rejects.toThrow('discovery has no instance of audit-correlator');
    unfollow();
    peers.list();
    expect(changes).toBe(1);
  });
});
