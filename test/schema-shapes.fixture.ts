import type { Shape } from './declared-shapes.fixture.js';

/** The part of a JSON schema, as OpenAPI 3.0 or AsyncAPI 3 have it, that is looked at. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly (string | boolean | null)[];
  readonly nullable?: boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The name in a reference; `OrderView` is `Order` to a client. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1).replace(/(View|Field)$/, '');
}

/** The fields of an object schema, in the words of `DeclaredShapes`. */
export function shapeOf({ properties = {}, required = [] }: Schema): Shape {
  const fields = Object.entries(properties).map(([name, schema]) => [
    required.includes(name) ? name : `${name}?`,
    textOf(schema),
  ]);
  return Object.fromEntries(fields);
}

export function textOf(schema: Schema): string {
  const types = [schema.type ?? []].flat();
  const isNullable = schema.nullable === true || types.includes('null');
  const text = withoutNull(schema, types);
  return isNullable ? ['null', text].sort().join(' | ') : text;
}

function withoutNull(schema: Schema, types: readonly string[]): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.allOf?.length === 1) return textOf(schema.allOf[0]!);
  if (schema.const !== undefined) return String(schema.const);
  const words = schema.enum?.filter((word) => word !== null);
  if (words !== undefined) return [...words].sort().join(' | ');
  const type = types.find((each) => each !== 'null');
  if (type === 'array') return `${textOf(schema.items ?? {})}[]`;
  return type === 'integer' ? 'number' : (type ?? 'unknown');
}

/** The names of all schemas that something refers to, directly or through others. */
export function referredFrom(root: unknown, schemas: Readonly<Record<string, Schema>>): string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      const name = key === '$ref' ? String(value).split('/').at(-1)! : undefined;
      if (name === undefined) visit(value);
      else if (schemas[name] !== undefined && !names.has(name)) {
        names.add(name);
        visit(schemas[name]);
      }
    }
  };
  visit(root);
  return [...names].sort();
}
