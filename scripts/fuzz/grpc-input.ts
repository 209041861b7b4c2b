import type protobuf from 'protobufjs';
import type { Random } from '../crash/random.js';
import { schemaOf } from './grpc-schema.js';
import { brokenValue, type Schema, type SchemaValues } from './schema-values.js';
import type { Fields } from './words.js';

const bytesMax = 65_536;

/** Makes the bytes of messages: right ones, ones with a wrong field, and ones that are hardly messages. */
export class GrpcInputs {
  private readonly schema: Schema;

  constructor(
    private readonly type: protobuf.Type,
    private readonly values: SchemaValues,
  ) {
    this.schema = schemaOf(type);
  }

  make(isBroken: boolean, random: Random): { readonly bytes: Buffer; readonly shown: string } {
    const fields = this.values.value(this.schema, '', random) as Fields;
    if (!isBroken) return { bytes: this.encoded(fields), shown: JSON.stringify(fields) };
    if (random.chance(0.5)) {
      const bytes = this.withWrongField(fields, random);
      if (bytes !== undefined) return { bytes, shown: JSON.stringify(fields) };
    }
    const bytes = brokenBytes(this.encoded(this.values.value(this.schema, '', random) as Fields), random);
    return { bytes, shown: `the bytes ${bytes.subarray(0, 200).toString('hex')}` };
  }

  private encoded(fields: Fields): Buffer {
    return Buffer.from(this.type.encode(this.type.fromObject(fields)).finish());
  }

  /** `undefined` if there is no way to write it down. */
  private withWrongField(fields: Fields, random: Random): Buffer | undefined {
    const names = this.type.fieldsArray.map(({ name }) => name);
    if (names.length === 0) return undefined;
    const name = random.pick(names);
    if (random.chance(0.3)) delete fields[name];
    else fields[name] = this.type.fields[name]!.resolvedType !== null && random.chance(0.5) ? 99 : brokenValue(random);
    try {
      return this.encoded(fields);
    } catch {
      return undefined;
    }
  }
}

function brokenBytes(whole: Buffer, random: Random): Buffer {
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.between(0, 255)));
  const at = random.between(0, Math.max(whole.length - 1, 0));
  const ways: (() => Buffer)[] = [
    () => noise(random.between(1, 60)),
    () => whole.subarray(0, at),
    () => Buffer.concat([whole.subarray(0, at), noise(2), whole.subarray(at)]),
    () => Buffer.concat([whole.subarray(0, at), noise(1), whole.subarray(at + 1)]),
    () => Buffer.concat([whole, whole]),
    // A group that is never closed, nested deeper and deeper.
    () => Buffer.alloc(random.between(10, 2_000), 0x0b),
    () => Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    () => Buffer.alloc(bytesMax + random.between(-10, 10), 0x41),
  ];
  return random.pick(ways)();
}
