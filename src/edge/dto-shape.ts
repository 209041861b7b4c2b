import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';

type Condition = (object: object, value: unknown) => boolean;
type Check = (value: unknown, object: object) => boolean;

interface FieldShape {
  readonly name: string;
  /** The field is only checked where all of these hold. */
  readonly conditions: readonly Condition[];
  readonly checks: readonly Check[];
  /** What text in a query stands for. */
  readonly readText: (text: string) => unknown;
}

/**
 * What class-validator knows of a DTO class, gathered once. class-validator itself gathers it anew for
 * every object, which costs more than everything else that an order's request does at the edge.
 */
export interface DtoShape {
  readonly fields: ReadonlyMap<string, FieldShape>;
}

export type DtoClass<Dto extends object = object> = new () => Dto;

const shapes = new Map<DtoClass, DtoShape>();

export function shapeOf(type: DtoClass): DtoShape {
  let shape = shapes.get(type);
  if (shape === undefined) {
    shape = gatherShape(type);
    shapes.set(type, shape);
  }
  return shape;
}

/** Whether class-validator would find no fault; which fault it is, only class-validator says. */
export function fits(shape: DtoShape, object: object): boolean {
  for (const field of shape.fields.values()) {
    if (!fieldFits(field, object)) return false;
  }
  return true;
}

/** Each field of each request passes here, so it makes no closures, as `every` would have it. */
function fieldFits({ name, conditions, checks }: FieldShape, object: object): boolean {
  const value = (object as Record<string, unknown>)[name];
  for (const applies of conditions) if (!applies(object, value)) return true;
  for (const passes of checks) if (!passes(value, object)) return false;
  return true;
}

function gatherShape(type: DtoClass): DtoShape {
  const storage = getMetadataStorage();
  const all = storage.getTargetValidationMetadatas(type, '', false, false);
  const fields = new Map<string, FieldShape>();
  for (const [name, metadatas] of Object.entries(storage.groupByPropertyName(all))) {
    const conditions: Condition[] = [];
    const checks: Check[] = [];
    for (const metadata of metadatas) {
      if (metadata.type === 'conditionalValidation') conditions.push(metadata.constraints[0]);
      else if (metadata.type === 'customValidation' && !metadata.each) checks.push(checkOf(metadata));
      else throw new TypeError(`${type.name}.${name}: the edge does not know the validation ${metadata.type}`);
    }
    fields.set(name, { name, conditions, checks, readText: textReaderOf(type, name) });
  }
  return { fields };
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Of the rules of `field-checks.ts` the function itself; class-validator's own are asked as it does, which takes longer. */
function checkOf({ constraintCls, constraints, propertyName: property }: Metadata): Check {
  if (typeof constraints?.[0] === 'function') return constraints[0] as Check;
  const [rule, ...more] = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (rule === undefined || more.length > 0) throw new TypeError(`${property}: one rule was to be registered`);
  const { instance } = rule;
  return (value, object) => instance.validate(value, { value, object, constraints, targetName: '', property }) === true;
}

/** A query is all text: where the DTO declares a number or a boolean, plain digits and words are read as such. */
function textReaderOf(type: DtoClass, name: string): (text: string) => unknown {
  const declared = Reflect.getMetadata('design:type', type.prototype, name);
  if (declared === Number) return (text) => (/^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text);
  if (declared === Boolean) return (text) => (text === 'true' ? true : text === 'false' ? false : text);
  return (text) => text;
}
