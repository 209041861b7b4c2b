import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A configuration service as a process of its own. The spec tells it over HTTP what to hold and how to behave
 * (`PUT /control`), and asks what it was asked (`GET /control`).
 */
interface Behaviour {
  /** Raw values by key; `undefined` in JSON removes all. */
  values: Record<string, unknown>;
  /** Whole bodies by key, in place of what would be answered. */
  bodies: Record<string, unknown>;
  status: number;
  delayMs: number;
  etags: boolean;
}

interface Seen {
  key: string;
  serviceName: string | undefined;
  conditional: boolean;
  status: number;
}

const behaviour: Behaviour = { values: {}, bodies: {}, status: 200, delayMs: 0, etags: true };
let seen: Seen[] = [];

const server = createServer((request, response) => {
  if (request.url === '/control') void control(request, response);
  else setTimeout(() => answer(request, response), behaviour.delayMs);
});

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') {
    let body = '';
    for await (const chunk of request) body += chunk;
    Object.assign(behaviour, JSON.parse(body));
  }
  response.end(JSON.stringify(seen));
  if (request.method === 'PUT') seen = [];
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const key = decodeURIComponent(request.url!.slice('/api/v1/configuration/'.length));
  const { status, body, etag } = answerTo(key, request.headers['if-none-match']);
  seen.push({
    key,
    serviceName: request.headers['x-service-name'] as string | undefined,
    conditional: request.headers['if-none-match'] !== undefined,
    status,
  });
  response.writeHead(status, { 'content-type': 'application/json', ...(etag && { etag }) });
  response.end(body);
}

function answerTo(key: string, given: string | undefined): { status: number; body?: string; etag?: string } {
  const { values, bodies, status, etags } = behaviour;
  if (status !== 200) return { status, body: '{"success":false,"error":"told to fail"}' };
  if (key in bodies) return { status, body: JSON.stringify(bodies[key]) };
  if (!(key in values)) return { status: 404, body: '{"success":false,"error":"not found"}' };
  const etag = etags ? `"${Buffer.from(JSON.stringify(values[key])).toString('base64url')}"` : undefined;
  if (etag !== undefined && etag === given) return { status: 304, etag };
  const entry = {
    key,
    value: values[key],
    environment: 'development',
    service: '',
    updated_at: '2026-11-22T10:00:00Z',
  };
  return { status, body: JSON.stringify({ success: true, data: [entry] }), etag };
}

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`listening on ${port}\n`);
});
