import type { Random } from '../crash/random.js';
import type { Operation, Parameter } from './open-api.js';
import { brokenValue, type SchemaValues } from './schema-values.js';
import type { Fields } from './words.js';

/** A request over REST, byte for byte. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

const json = 'application/json';
const bodies: readonly (string | Buffer)[] = [
  ...['', '{', '[]', 'null', '7', '"text"', '{"a":1,"a":2}', '{"__proto__":{}}', '{"a":1,}', '{}', '\ufeff{}'],
  ...['['.repeat(5_000), `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, `{"name":"${'x'.repeat(70_000)}"}`],
  ...[Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), Buffer.alloc(100, 0xff)],
];
const headers: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': `${json}; charset=utf-16` },
  { 'content-type': 'x' },
  { 'content-encoding': 'gzip' },
  { accept: 'image/png' },
  { authorization: 'Bearer exs_nobody' },
  { authorization: 'Basic %%%' },
  { traceparent: '00-zz-zz-01' },
  { 'idempotency-key': ' ' },
  { 'idempotency-key': 'x'.repeat(300) },
  { expect: '200-maybe' },
];

/** The parts that a request is put together from, before they are written down. */
interface Parts {
  readonly method: string;
  readonly inPath: Fields;
  readonly query: [string, unknown][];
  readonly headers: Record<string, string>;
  body: unknown;
}

/** Makes requests for an operation from what its document says of it. */
export class RestInputs {
  constructor(private readonly values: SchemaValues) {}

  make(operation: Operation, isBroken: boolean, random: Random): RestRequest {
    const parts = this.valid(operation, random);
    if (isBroken) for (let times = random.between(1, 2); times > 0; times -= 1) breakOne(parts, random);
    return written(operation.path, parts);
  }

  private valid({ method, parameters, body }: Operation, random: Random): Parts {
    const inPath: Fields = {};
    const query: [string, unknown][] = [];
    const inHeaders: Record<string, string> = {};
    for (const parameter of parameters) {
      if (!isWanted(parameter, random)) continue;
      const { name, schema } = parameter;
      const value = this.values.value(schema, name, random, inPath);
      if (parameter.in === 'path') inPath[name] = value;
      else if (parameter.in === 'query') query.push([name, value]);
      else inHeaders[name] = String(value);
    }
    if ('clientOrderId' in inPath) inPath.clientOrderId = this.values.words.namedOrder(String(query[0]?.[1]));
    if (body !== undefined) inHeaders['content-type'] = json;
    return { method, inPath, query, headers: inHeaders, body: body && this.values.value(body, 'body', random) };
  }
}

/** A cursor belongs to one list, so that few are good. */
function isWanted({ required = false, name, in: place }: Parameter, random: Random): boolean {
  return required || place === 'path' || random.chance(name === 'cursor' ? 0.03 : 0.35);
}

function breakOne(parts: Parts, random: Random): void {
  const { inPath, query, body } = parts;
  const ways: (() => void)[] = [
    () => Object.assign(parts.headers, random.pick(headers)),
    () => query.push([random.pick(['limit', 'verbose', '__proto__', 'cursor', 'accountId']), brokenValue(random)]),
  ];
  const names = Object.keys(inPath);
  if (names.length > 0) ways.push(() => assignBroken(inPath, random.pick(names), random));
  if (query.length > 0) ways.push(() => assignBroken(random.pick(query) as unknown as Fields, '1', random));
  if (isFields(body)) ways.push(...[0, 1, 2].map(() => () => breakField(body, random)));
  if (body !== undefined || random.chance(0.1)) ways.push(() => Object.assign(parts, { body: random.pick(bodies) }));
  random.pick(ways)();
}

function breakField(fields: Fields, random: Random): void {
  const name = random.pick([...Object.keys(fields), 'unknown']);
  const inner = Array.isArray(fields[name]) ? fields[name][0] : fields[name];
  if (isFields(inner) && random.chance(0.7)) breakField(inner, random);
  else if (random.chance(0.25)) delete fields[name];
  else assignBroken(fields, name, random);
}

function assignBroken(fields: Fields, name: string, random: Random): void {
  Object.defineProperty(fields, name, {
    value: brokenValue(random),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function written(template: string, { method, inPath, query, headers: given, body }: Parts): RestRequest {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encoded(inPath[name]) || '%20');
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  const text = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined ? body : JSON.stringify(body);
  // Node says nothing of the length of a body where it expects none, as with GET.
  const length: Record<string, string> =
    text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  return { method, path: search === '' ? path : `${path}?${search}`, headers: { ...given, ...length }, body: text };
}

/** A lone half of a surrogate pair cannot be written down in an address. */
function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return encodeURIComponent(text.toWellFormed());
}
