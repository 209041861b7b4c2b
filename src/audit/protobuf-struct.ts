import type { Shown, ShownValue } from './public-words.js';

/** A `google.protobuf.Struct` as grpc-js sends it. */
export interface Struct {
  readonly fields: Readonly<Record<string, Value>>;
}

type Value =
  | { readonly nullValue: 'NULL_VALUE' }
  | { readonly stringValue: string }
  | { readonly numberValue: number }
  | { readonly boolValue: boolean }
  | { readonly structValue: Struct }
  | { readonly listValue: { readonly values: readonly Value[] } };

/** Plain JSON as a Struct; what is undefined is left out. */
export function toStruct(shown: Shown): Struct {
  const present = Object.entries(shown).filter(([, value]) => value !== undefined);
  return { fields: Object.fromEntries(present.map(([name, value]) => [name, toValue(value)])) };
}

function toValue(value: ShownValue): Value {
  if (value === null || value === undefined) return { nullValue: 'NULL_VALUE' };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (isList(value)) return { listValue: { values: value.map(toValue) } };
  return { structValue: toStruct(value) };
}

/** `Array.isArray` does not know read-only arrays. */
function isList(value: Shown | readonly ShownValue[]): value is readonly ShownValue[] {
  return Array.isArray(value);
}
