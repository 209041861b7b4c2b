import { type ValidationError, validateSync } from 'class-validator';
import { type DtoClass, type DtoShape, fits, shapeOf } from './dto-shape.js';
import { type FieldError, Problem } from './problem.js';
import { shownValue } from './shown-value.js';

/** Stands for a gRPC message whose bytes could not be read (see `grpc-server.ts`). */
export class UnreadableMessage {}

/**
 * Turns what a client sent (a JSON body, a query, a gRPC message) into a DTO, or throws a `Problem` that
 * names every field that is wrong. Nothing is guessed, rounded or dropped: a field that the DTO does not
 * know is an error too.
 */
export function validated<Dto extends object>(
  type: DtoClass<Dto>,
  sent: unknown,
  source: 'values' | 'text' = 'values',
): Dto {
  if (typeof sent !== 'object' || sent === null || sent instanceof UnreadableMessage) {
    throw new Problem('VALIDATION_FAILED', unreadable(sent));
  }
  const shape = shapeOf(type);
  const dto = new type();
  const errors = assignKnown(shape, dto, sent, source);
  if (!fits(shape, dto)) {
    const already = new Set(errors.map(({ field }) => field));
    errors.push(...faultsOf(dto).filter(({ field }) => !already.has(field)));
  }
  if (errors.length > 0) throw Problem.invalid(errors);
  return dto;
}

function assignKnown(shape: DtoShape, dto: object, sent: object, source: 'values' | 'text'): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of Object.keys(sent)) {
    const field = shape.fields.get(name);
    const value = (sent as Record<string, unknown>)[name];
    if (field === undefined) {
      errors.push({ field: name.slice(0, 64), message: `is not a field of this request${knownFields(shape)}` });
    } else if (source === 'text' && Array.isArray(value)) {
      errors.push({ field: name, message: 'is given more than once' });
    } else {
      const read = source === 'text' && typeof value === 'string' ? field.readText(value) : value;
      (dto as Record<string, unknown>)[name] = read;
    }
  }
  return errors;
}

function knownFields(shape: DtoShape): string {
  return shape.fields.size === 0 ? '' : `: known are ${[...shape.fields.keys()].join(', ')}`;
}

function faultsOf(dto: object): FieldError[] {
  return validateSync(dto, { stopAtFirstError: true, validationError: { target: false } }).map(fieldError);
}

function fieldError({ property, value, constraints = {} }: ValidationError): FieldError {
  const said = Object.values(constraints)[0] ?? 'is wrong';
  // class-validator's own rules begin with the field, those of `field-checks.ts` do not.
  const rule = said.startsWith(`${property} `) ? said.slice(property.length + 1) : said;
  if (value === undefined) return { field: property, message: `is missing: it ${rule}` };
  const hint = value === null ? ' (leave the field out instead)' : '';
  return { field: property, message: `${rule}, not ${shownValue(value)}${hint}` };
}

function unreadable(sent: unknown): string {
  if (sent === undefined || sent === null) return 'The request needs a JSON object as its body.';
  return 'The message could not be read: its bytes are not those of the request type.';
}
