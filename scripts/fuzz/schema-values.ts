import fc from 'fast-check';
import type { Random } from '../crash/random.js';
import type { Fields, Words } from './words.js';

/** What is used of JSON Schema, as OpenAPI and AsyncAPI documents have it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
}

const shareOfOptional = 0.4;

const almostRight: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    '',
    ' ',
    '0',
    '-1',
    '1e5',
    '+1',
    '.5',
    '1.',
    '０.５',
    'NaN',
    '9'.repeat(200),
  ],
  ...[
    'acc-0',
    'acc-07',
    'acc-999999',
    'ord-999999',
    `acc-${'9'.repeat(30)}`,
    'acc-fees',
    'buy',
    'BTC-EUR',
    'DOGE',
    'x'.repeat(70),
  ],
  ...[
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '__proto__',
    '../../etc/passwd',
    'a\r\nb: c',
    '\u0000',
    '\ud800',
    "'; DROP TABLE orders; --",
  ],
  ...[[], {}, [[]], { a: { b: {} } }, [null], ['read', 'read'], 'x'.repeat(5_000)],
];

const anything = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...almostRight) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 5 }) },
  { weight: 1, arbitrary: fc.double() },
);

/** Any value at all, mostly one that is nearly right; it may be broken further. */
export function brokenValue(random: Random): unknown {
  return structuredClone(fc.sample(anything, { seed: random.between(0, 2 ** 31 - 1), numRuns: 1 })[0]);
}

/** Makes values that fit the schemas of a document. */
export class SchemaValues {
  constructor(
    private readonly schemas: Readonly<Record<string, Schema>>,
    readonly words: Words,
  ) {}

  /** `others` are the fields of the request that were chosen before. */
  value(schema: Schema, name: string, random: Random, others: Fields = {}): unknown {
    const resolved = this.resolve(schema);
    if (resolved.enum !== undefined) return random.pick(resolved.enum);
    const type = typeof resolved.type === 'string' ? resolved.type : resolved.type?.[0];
    if (type === 'object' || resolved.properties !== undefined) return this.object(resolved, random);
    if (type === 'array') return this.array(resolved, name, random);
    if (type === 'boolean') return random.chance(0.5);
    if (type === 'integer' || (type === 'number' && typeof resolved.example !== 'string')) {
      const known = this.words.number(name, random);
      if (known !== undefined) return known;
      const least = resolved.minimum ?? 1;
      return random.between(least, Math.min(resolved.maximum ?? 100, least + 100));
    }
    return this.words.text(name, random, others);
  }

  private object(schema: Schema, random: Random): Fields {
    const fields: Fields = {};
    for (const [name, each] of Object.entries(schema.properties ?? {})) {
      const isWanted = schema.required?.includes(name) || random.chance(shareOfOptional);
      if (isWanted && name !== 'cursor') fields[name] = this.value(each, name, random, fields);
    }
    return this.words.fit(fields, random);
  }

  private array({ items = {} }: Schema, name: string, random: Random): unknown[] {
    const values = Array.from({ length: random.between(1, 3) }, () => this.value(items, name, random));
    return values.filter((value, at) => values.indexOf(value) === at);
  }

  private resolve(schema: Schema): Schema {
    if (schema.$ref !== undefined) return this.resolve(this.schemas[schema.$ref.split('/').at(-1)!]!);
    const [part] = schema.allOf ?? schema.oneOf ?? [];
    return part === undefined ? schema : this.resolve(part);
  }
}
