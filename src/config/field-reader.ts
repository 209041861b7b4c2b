import { parseDecimal } from '../engine/money.js';

/**
 * Reads the fields of one object of a JSON file and notes what is wrong with each, so that one start tells
 * everything. A field that is wrong reads as nothing (0, empty); the caller looks at the faults at the end.
 */
export class FieldReader {
  private readonly fields: Readonly<Record<string, unknown>>;
  private readonly known = new Set<string>();

  /** `where` names the object in messages, for example `market BTC-USD`. */
  constructor(
    value: unknown,
    readonly where: string,
    private readonly faults: string[],
  ) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) this.faults.push(`${where} is ${shown(value)}: it must be an object`);
    this.fields = isObject ? (value as Record<string, unknown>) : {};
  }

  text(name: string, pattern: RegExp, allowed: string): string {
    const value = this.take(name);
    if (typeof value === 'string' && pattern.test(value)) return value;
    return this.fault(name, allowed) ?? '';
  }

  oneOf<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.take(name);
    const choice = choices.find((candidate) => candidate === value);
    return choice ?? this.fault(name, `one of ${choices.map((candidate) => JSON.stringify(candidate)).join(', ')}`);
  }

  /** A count, as a JSON number. */
  wholeNumber(name: string, least: number, most: number): number {
    const value = this.take(name);
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    return this.fault(name, `a whole number from ${least} to ${most}, without quotes`) ?? 0;
  }

  /** Money and the like: a decimal string, exact, in units of the scale. */
  decimal(name: string, scale: number): bigint {
    const value = this.take(name);
    const units = typeof value === 'string' ? parseDecimal(value, scale) : 'not-plain';
    if (typeof units === 'bigint') return units;
    return (
      this.fault(name, `a decimal in quotes with at most ${scale} decimals, such as "${scale > 1 ? '0.25' : '10'}"`) ??
      0n
    );
  }

  /** A measure of the simulation, which is no money: a decimal string, possibly negative, as a number. */
  measure(name: string, least: number, most: number): number {
    const value = this.take(name);
    const number =
      typeof value === 'string' && /^-?[0-9]{1,9}(\.[0-9]{1,9})?$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return this.fault(name, `a decimal in quotes from ${least} to ${most}`) ?? 0;
  }

  /** A field that may be left out. */
  optional<Value>(name: string, read: (name: string) => Value): Value | undefined {
    this.known.add(name);
    return Object.hasOwn(this.fields, name) ? read(name) : undefined;
  }

  object(name: string): FieldReader {
    return new FieldReader(this.take(name), `${this.where}, ${name}`, this.faults);
  }

  /** Every member of a list of objects; `whereOf` gives a member its name in messages. */
  objects(name: string, mostMembers: number, whereOf: (member: unknown, index: number) => string): FieldReader[] {
    const value = this.take(name);
    if (Array.isArray(value) && value.length >= 1 && value.length <= mostMembers) {
      return value.map((member, index) => new FieldReader(member, whereOf(member, index), this.faults));
    }
    this.fault(name, `a list of 1 to ${mostMembers} members`);
    return [];
  }

  /** To be called when every field was read: what is left is a mistake, most often a misspelt name. */
  refuseOthers(): void {
    for (const name of Object.keys(this.fields)) {
      if (this.known.has(name)) continue;
      this.faults.push(
        `${this.where}: there is no field ${JSON.stringify(name)}; there are ${[...this.known].join(', ')}`,
      );
    }
  }

  /** Notes that a field's value cannot be, and what would be right. */
  fault(name: string, allowed: string): undefined {
    this.faults.push(`${this.where}: ${name} is ${shown(this.fields[name])}; it must be ${allowed}`);
  }

  private take(name: string): unknown {
    this.known.add(name);
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
