import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(60_000);

describe('the server as a process', () => {
  const servers: ServerProcess[] = [];
  const start = (environment?: Record<string, string>, directory?: string) => {
    const server = new ServerProcess(environment, directory);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.kill())));

  it('prints where it is, is ready there, and serves its documents', async () => {
    const server = start();
    const { http } = await server.ready();
    expect(server.output).toContain('nothing is kept');
    expect(await (await fetch(`${http}/health/ready`)).json()).toEqual({ status: 'UP' });
    expect(await (await fetch(`${http}/health/live`)).json()).toEqual({ status: 'UP' });
    expect(await (await fetch(`${http}/health`)).json()).toMatchObject({
      status: 'ok',
      sequence: expect.any(Number),
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    for (const path of ['/docs', '/audit/docs']) expect((await fetch(http + path)).status).toBe(200);
    const documents = await Promise.all(
      ['/docs-json', '/audit/docs-json'].map(
        async (path) => (await fetch(http + path)).json() as Promise<{ paths: object }>,
      ),
    );
    const [traders, auditors] = documents.map(({ paths }) => Object.keys(paths));
    expect(traders).toContain('/health/ready');
    expect(traders?.filter((path) => path.startsWith('/audit'))).toEqual([]);
    expect(auditors?.filter((path) => !path.startsWith('/audit'))).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async (signal) => {
    const server = start();
    await server.ready();
    server.signal(signal);
    expect(await server.exited).toBe(0);
  });

  it('finishes a request that is in flight, and takes no new connections', async () => {
    const server = start();
    const { http } = await server.ready();
    const { port } = new URL(http);
    const socket = connect(Number(port), '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (text.includes('\r\n\r\n')) resolve(text);
      });
    });
    socket.write('GET /health/ready HTTP/1.1\r\nHost: x\r\nX-Half: ');
    await new Promise((wake) => setTimeout(wake, 200));
    server.signal('SIGTERM');
    await server.printed(/commands are refused/);
    await new Promise((wake) => setTimeout(wake, 200));
    await expect(fetch(`${http}/health/live`)).rejects.toThrow();
    socket.write('yes\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*DRAINING/);
    expect(await server.exited).toBe(0);
  });

  it('does not wait for idle connections', async () => {
    const server = start();
    const { http } = await server.ready();
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) =>
      get(`${http}/health/live`, { agent }, (answer) => answer.resume().on('end', resolve)),
    );
    const before = Date.now();
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(Date.now() - before).toBeLessThan(3_000);
    agent.destroy();
  });

  it.each([
    ['a second signal', (server: ServerProcess) => server.signal('SIGTERM'), 'a second signal'],
    ['SHUTDOWN_TIMEOUT_MS', () => undefined, 'SHUTDOWN_TIMEOUT_MS (1500)'],
  ])('is forced to end by %s', async (_what, act, cause) => {
    const server = start({ SHUTDOWN_TIMEOUT_MS: '1500' });
    const { http } = await server.ready();
    const socket = connect(Number(new URL(http).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /health/ready HTTP/1.1\r\nHost: x\r\nX-Half: ');
    await new Promise((wake) => setTimeout(wake, 200));
    server.signal('SIGTERM');
    await server.printed(/commands are refused/);
    act(server);
    expect(await server.exited).toBe(1);
    expect(server.output).toContain(cause);
    socket.destroy();
  });

  it('refuses wrong settings, all at once and without a stack', async () => {
    const server = start({ HTTP_PORT: 'http', LIQUIDITY: 'deep' });
    expect(await server.exited).toBe(78);
    expect(server.output).toContain('HTTP_PORT is "http": it must be a whole number from 0 to 65535');
    expect(server.output).toContain('LIQUIDITY is "deep"');
    expect(server.output).not.toMatch(/\n\s+at /);
  });

  it('reads .env from where it is started', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'server-'));
    writeFileSync(join(directory, '.env'), 'SEED=minus one\n');
    const server = start({}, directory);
    expect(await server.exited).toBe(78);
    expect(server.output).toContain('SEED is "minus one"');
  });

  it('says so when a port is taken', async () => {
    const { http } = await start().ready();
    const second = start({ HTTP_PORT: new URL(http).port });
    expect(await second.exited).toBe(1);
    expect(second.output).toContain('a port is taken');
    expect(second.output).not.toMatch(/\n\s+at /);
  });
});
