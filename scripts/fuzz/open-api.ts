import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Schema } from './schema-values.js';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface DocumentedOperation {
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

/** An operation as its document has it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly responses: Readonly<Record<string, Response>>;
  /** Whether everybody is let in. */
  readonly isPublic: boolean;
}

export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses, security }]) => ({
      ...{ method: method.toUpperCase(), path, parameters, responses },
      isPublic: security === undefined,
      body: requestBody?.content['application/json']?.schema,
    })),
  );
}

/** Holds answers to what a document says of them. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv({ strict: false, allErrors: false });
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor(private readonly document: OpenApi) {
    (formats as unknown as { default: (ajv: Ajv) => void }).default(this.ajv);
  }

  /** What is wrong with an answer, a sentence each. */
  findings(operation: Operation, status: number, contentType: string, text: string): string[] {
    const response = operation.responses[String(status)];
    if (response === undefined) return [`the status ${status} is not documented: ${text.slice(0, 200)}`];
    const [type] = contentType.split(';', 1);
    const schema = response.content?.[type!]?.schema;
    if (schema === undefined)
      return response.content === undefined && text === ''
        ? []
        : [`the type ${contentType || 'of nothing'} of ${status} is not documented`];
    if (!type!.endsWith('json')) return [];
    const body: unknown = JSON.parse(text);
    const validate = this.validator(schema);
    if (!validate(body)) return [`the body of ${status} is not as documented: ${this.ajv.errorsText(validate.errors)}`];
    return status < 400 ? [] : undocumentedCode(response, (body as { code: string }).code);
  }

  /** Examples of parameters that their own schema does not take. */
  brokenExamples(operation: Operation): string[] {
    return operation.parameters
      .filter(({ schema }) => schema.example !== undefined && !this.validator(schema)(schema.example))
      .map(({ name, schema }) => `the example ${schema.example} of ${name} is no ${schema.type}`);
  }

  private validator(schema: Schema): ValidateFunction {
    const known = this.compiled.get(schema);
    if (known !== undefined) return known;
    const validate = this.ajv.compile({ ...schema, components: this.document.components });
    this.compiled.set(schema, validate);
    return validate;
  }
}

function undocumentedCode({ description }: Response, code: string): string[] {
  return description.includes(`\`${code}\``) ? [] : [`the code ${code} is not documented`];
}
