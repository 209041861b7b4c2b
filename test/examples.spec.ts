import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { type CodeBlock, codeBlocksOf } from './code-block.fixture.js';
import { PackedClient } from './packed-client.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(120_000);

const run = promisify(execFile);
const exampleTimeoutMs = 30_000;
/** A process that runs from the sources compiles them first, beside other specs that do the same. */
const readyTimeoutMs = 60_000;
const { PATH, HOME } = process.env;

const clientExamples = codeBlocksOf('clients/typescript/README.md').filter(({ language }) => language === 'ts');
const documentedExamples = ['README.md', 'docs/api.md']
  .flatMap(codeBlocksOf)
  .filter(({ marks }) => marks.includes('run'));

const adminToken = 'planted-admin-token-5f2c';
const settings = {
  open: { PRICE_INTERVAL_MS: '50' },
  guarded: { AUTH: 'on', ADMIN_TOKEN: adminToken, AUDIT_TOKEN: 'planted-audit-token-9b1e' },
} as const;

/**
 * The examples of the documents, as somebody would paste them. One thing is not as it stands: the ports, which are
 * free ones here.
 */
describe('the examples', () => {
  let client: PackedClient | undefined;
  const servers: ServerProcess[] = [];
  const addresses: Record<string, { http: string; grpc: string }> = {};

  beforeAll(async () => {
    client = await PackedClient.make();
    for (const [name, environment] of Object.entries(settings)) {
      const server = new ServerProcess(environment);
      servers.push(server);
      addresses[name] = await server.ready(readyTimeoutMs);
    }
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    client?.remove();
  });

  /** Runs an example to its end; gives what it printed. */
  async function outputOf({ place, language, marks, code }: CodeBlock): Promise<string> {
    const { http, grpc } = addresses[marks.includes('guarded') ? 'guarded' : 'open']!;
    const text = code.replaceAll('127.0.0.1:8080', new URL(http).host).replaceAll('127.0.0.1:50051', grpc);
    const options = { cwd: resolve('.'), env: { PATH, HOME, ADMIN_TOKEN: adminToken }, timeout: exampleTimeoutMs };
    if (language === 'sh') return (await run('bash', ['-euc', text], options)).stdout;
    const file = join(client!.directory, `${place.replaceAll(/\W/g, '-')}.mjs`);
    writeFileSync(file, text);
    return (await run(process.execPath, [file], options)).stdout;
  }

  it.each([...clientExamples, ...documentedExamples].map((block) => [block.place, block] as const))(
    'of %s does what it is to do',
    async (_place, block) => {
      const output = await outputOf(block);
      expect(output).not.toBe('');
      expect(output).not.toMatch(/urn:exchange-simulator:problem|"type": ?"error"/);
    },
  );

  it('of the client are right for the compiler too, with the types that are published', async () => {
    const files = clientExamples.map(({ code }, at) => {
      const file = join(client!.directory, `example-${at}.ts`);
      writeFileSync(file, code);
      return file;
    });
    const options = '--ignoreConfig --noEmit --strict --module nodenext --target es2023 --lib es2023,dom';
    await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options.split(' '), ...files], {
      cwd: client!.directory,
      env: { PATH, HOME },
    });
  });

  it('need nothing of the client but what is published', () => {
    expect(client!.files).toEqual(expect.arrayContaining(['README.md', 'package.json', 'dist/index.js']));
    const others = client!.files.filter((path) => !/^(README\.md|package\.json|dist\/[\w/-]+\.(js|d\.ts))$/.test(path));
    expect(others).toEqual([]);
  });
});
