/** A JSON Schema, as far as the classes of requests and views need one. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/**
 * The schema of OpenAPI 3.0 that Swagger makes of a class, as JSON Schema, which AsyncAPI speaks: `nullable` and
 * `example` are OpenAPI's alone.
 */
export function jsonSchemaOf(schema: object): JsonSchema {
  const { nullable, example, allOf, properties, items, oneOf, ...rest } = schema as Record<string, unknown>;
  // Swagger wraps a reference that has a description of its own.
  const wrapped = Array.isArray(allOf) && allOf.length === 1 ? (allOf[0] as object) : {};
  return {
    ...rest,
    ...wrapped,
    ...(nullable === true ? { type: [rest.type as string, 'null'] } : {}),
    ...(nullable === true && Array.isArray(rest.enum) ? { enum: [...rest.enum, null] } : {}),
    ...(example === undefined ? {} : { examples: [example] }),
    ...(properties === undefined ? {} : { properties: mapped(properties as Record<string, object>) }),
    ...(items === undefined ? {} : { items: jsonSchemaOf(items as object) }),
    ...(Array.isArray(oneOf) ? { oneOf: oneOf.map(jsonSchemaOf) } : {}),
  };
}

export function mapped(schemas: Readonly<Record<string, object>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchemaOf(schema)]));
}
