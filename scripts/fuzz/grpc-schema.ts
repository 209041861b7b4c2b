import protobuf from 'protobufjs';
import type { Schema } from './schema-values.js';

const integers = /^(u?int|s?int|fixed|sfixed)(32|64)$/;

/** What a message of the protos is in JSON Schema, so that its values are made as those of REST are. */
export function schemaOf(type: protobuf.Type): Schema {
  if (type.fullName === '.google.protobuf.Timestamp') return timestamp;
  const properties = Object.fromEntries(type.fieldsArray.map((field) => [field.name, schemaOfField(field)]));
  const required = type.fieldsArray.filter((field) => !isOptional(field)).map(({ name }) => name);
  return { type: 'object', properties, required };
}

const seconds = { type: 'integer', minimum: 1_769_860_800, maximum: 2_085_393_600 };
const timestamp: Schema = { type: 'object', properties: { seconds }, required: ['seconds'] };

function schemaOfField(field: protobuf.Field): Schema {
  const single = schemaOfSingle(field);
  return field.repeated ? { type: 'array', items: single } : single;
}

function schemaOfSingle({ resolvedType, type }: protobuf.Field): Schema {
  if (resolvedType instanceof protobuf.Type) return schemaOf(resolvedType);
  if (resolvedType instanceof protobuf.Enum) {
    return { enum: Object.keys(resolvedType.values).filter((word) => !word.endsWith('_UNSPECIFIED')) };
  }
  if (type === 'bool') return { type: 'boolean' };
  return integers.test(type) || type === 'double' ? { type: 'integer' } : { type: 'string' };
}

function isOptional(field: protobuf.Field): boolean {
  const isMarked = field.options?.proto3_optional === true;
  return isMarked || field.resolvedType instanceof protobuf.Type;
}
