import { Agent, type IncomingMessage, request } from 'node:http';
import { type Credentials, tokens } from './credentials.js';
import type { KnownThings } from './known-things.js';
import { DocumentedAnswers, type OpenApi, type Operation, operationsOf } from './open-api.js';
import { type Input, insidesIn, type Outcome, shortened, type Target } from './outcome.js';
import { RestInputs, type RestRequest } from './rest-input.js';
import { SchemaValues } from './schema-values.js';
import { Words } from './words.js';

const timeoutMs = 30_000;
/** How often a request is sent once more as it was, as clients do after a timeout. */
const shareRepeated = 0.05;

/** What each operation that changes something has in the journal. */
const commands: Readonly<Record<string, string>> = {
  'POST /api/v1/accounts': 'OpenAccount',
  'PATCH /api/v1/accounts/{accountId}': 'ChangeAccountStatus',
  'POST /api/v1/accounts/{accountId}/deposits': 'Deposit',
  'POST /api/v1/accounts/{accountId}/withdrawals': 'Withdraw',
  'POST /api/v1/transfers': 'Transfer',
  'POST /api/v1/accounts/{accountId}/api-keys': 'IssueApiKey',
  'DELETE /api/v1/accounts/{accountId}/api-keys/{keyId}': 'RevokeApiKey',
  'POST /api/v1/orders': 'PlaceOrder',
  'DELETE /api/v1/orders': 'CancelOrders',
  'DELETE /api/v1/orders/{orderId}': 'CancelOrder',
  'PUT /api/v1/accounts/{accountId}/risk-limits': 'SetRiskLimits',
  'PUT /api/v1/accounts/{accountId}/kill-switch': 'EngageKillSwitch',
  'DELETE /api/v1/accounts/{accountId}/kill-switch': 'ReleaseKillSwitch',
  'PUT /api/v1/kill-switch': 'EngageKillSwitch',
  'DELETE /api/v1/kill-switch': 'ReleaseKillSwitch',
  'POST /api/v1/settlements/cycles': 'CloseSettlementCycle',
  'POST /audit/v1/faults': 'InjectFault',
  'DELETE /audit/v1/faults': 'EndFault',
  'DELETE /audit/v1/faults/{faultId}': 'EndFault',
};

/** An answer over REST, as it came. */
export interface RestAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Sends requests as they are, over connections that it keeps. */
export class RestWire {
  private readonly agent = new Agent({ keepAlive: true });

  /** `audit` is where the audit is, which may have a port of its own. */
  constructor(
    readonly address: string,
    private readonly audit: string,
  ) {}

  serverOf(path: string): string {
    return isAudit(path) ? this.audit : this.address;
  }

  /** Throws if no whole answer came. */
  send({ method, path, headers, body }: RestRequest): Promise<RestAnswer> {
    return new Promise((resolve, reject) => {
      const options = { method, headers: { ...headers }, agent: this.agent, timeout: timeoutMs };
      const sent = request(new URL(this.serverOf(path)), { ...options, path }, (response) =>
        resolve(answerOf(response)),
      );
      sent.on('error', reject).on('timeout', () => sent.destroy(new Error(`no answer after ${timeoutMs} ms`)));
      sent.end(body);
    });
  }

  /** Sends it as whoever may. */
  sendAsOperator(method: string, path: string, body?: object, headers: object = {}): Promise<RestAnswer> {
    const authorization = `Bearer ${isAudit(path) ? tokens.audit : tokens.admin}`;
    const all = { 'content-type': 'application/json', authorization, ...headers };
    return this.send({ method, path, headers: all, body: body && JSON.stringify(body) });
  }

  async json(method: string, path: string, body?: object) {
    const answer = await this.sendAsOperator(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered with ${answer.status}: ${answer.text}`);
    // biome-ignore lint/suspicious/noExplicitAny: it is whatever the server sent; what is done with it checks it.
    return JSON.parse(answer.text) as any;
  }

  close(): void {
    this.agent.destroy();
  }
}

function isAudit(path: string): boolean {
  return path.startsWith('/audit');
}

async function answerOf(response: IncomingMessage): Promise<RestAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { 'content-type': contentType = '' } = response.headers;
  return { status: response.statusCode ?? 0, contentType, text: Buffer.concat(chunks).toString() };
}

/** Every operation of an OpenAPI document. */
export function restTargets(document: OpenApi, wire: RestWire, things: KnownThings): Target[] {
  const inputs = new RestInputs(new SchemaValues(document.components.schemas, new Words(things)));
  const answers = new DocumentedAnswers(document);
  return operationsOf(document).map((operation) => {
    const name = `${operation.method} ${operation.path}`;
    const command = commands[name];
    const asks = operation.isPublic ? undefined : isAudit(operation.path) ? 'auditors' : 'callers';
    let last: RestRequest | undefined;
    return {
      ...{ name, command, asks, weight: weightOf(operation) },
      send: async ({ random, isBroken, requestId, credentials }: Input) => {
        const again = !isBroken && random.chance(shareRepeated) ? last : undefined;
        const made = again ?? inputs.make(operation, isBroken, random);
        last = made;
        const headers = { ...shownWith(credentials, made.headers), 'x-request-id': requestId };
        const sent = { ...made, headers };
        const answer = await wire.send(sent).catch((error: Error) => error);
        if (answer instanceof Error) return unanswered(answer, sent);
        if (answer.status < 300 || answer.text.includes('"orderId"')) things.learn(answer.text);
        return { ...judged(answer, operation, answers), sent: shown(sent) };
      },
    };
  });
}

function shownWith(credentials: Credentials | undefined, headers: RestRequest['headers']): RestRequest['headers'] {
  if (credentials === undefined) return headers;
  const { authorization: _, ...others } = headers;
  return credentials.authorization === undefined ? others : { ...others, authorization: credentials.authorization };
}

function judged(answer: RestAnswer, operation: Operation, answers: DocumentedAnswers): Omit<Outcome, 'sent'> {
  const { status, contentType, text } = answer;
  const findings = [...insidesIn(text), ...answers.findings(operation, status, contentType, text)];
  if (status >= 500) findings.push(`it was answered with ${status}: ${text.slice(0, 200)}`);
  const verdict = status < 300 ? 'ACCEPTED' : 'REFUSED';
  return { status: String(status), verdict, findings, madeIds: verdict === 'ACCEPTED' ? madeIdsOf(text) : undefined };
}

/** What a repeated request has to answer with again. */
export function madeIdsOf(text: string): string[] {
  return /"(?:transferId|orderId|accountId)":"((?:tfr|ord|acc)-\d+)"/.exec(text)?.slice(1) ?? [];
}

function unanswered(error: Error, sent: RestRequest): Outcome {
  return { status: 'none', verdict: 'UNKNOWN', findings: [`no answer came: ${error.message}`], sent: shown(sent) };
}

function shown({ method, path, headers, body }: RestRequest): string {
  const text = Buffer.isBuffer(body) ? `the bytes ${body.toString('hex')}` : (body ?? '');
  return shortened(`${method} ${path} ${JSON.stringify(headers)} ${text}`);
}

/** Orders most of all; what reads the whole journal seldom. */
function weightOf({ method, path }: Operation): number {
  if (/verify|reconciliation|explain|state|cycles/.test(path)) return 0.03;
  if (method === 'POST' && path === '/api/v1/orders') return 12;
  if (path.endsWith('/kill-switch') && method === 'PUT') return 0.3;
  return method === 'GET' ? 1 : 2;
}
