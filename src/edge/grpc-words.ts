import type { EnumTypeDefinition, MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';

type Rewrite = (value: unknown) => unknown;

/** How the two things that protobuf writes in its own way are rewritten. */
interface Direction {
  /** `prefix` is what each word of the enum begins with, such as `SIDE_`. */
  word(prefix: string): Rewrite;
  time: Rewrite;
}

/** From gRPC to the words of JSON; an unspecified word is an absent one. What cannot be read is left for validation to name. */
const reading: Direction = {
  word: (prefix) => (value) => {
    if (value === `${prefix}UNSPECIFIED`) return undefined;
    return typeof value === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : value;
  },
  time(value) {
    const { seconds = 0, nanos = 0 } = value as { seconds?: number; nanos?: number };
    const time = new Date(seconds * 1_000 + Math.floor(nanos / 1_000_000));
    return nanos < 0 || nanos > 999_999_999 || Number.isNaN(time.getTime()) ? value : time.toISOString();
  },
};

/** From the words of JSON to gRPC. */
const writing: Direction = {
  word: (prefix) => (value) => `${prefix}${value}`,
  time(value) {
    // What happened together is written together, so the last one is kept.
    if (value !== lastTime.text) lastTime = { text: value, timestamp: timestampOf(Date.parse(value as string)) };
    return lastTime.timestamp;
  },
};

let lastTime: { readonly text: unknown; readonly timestamp: object | undefined } = { text: '', timestamp: undefined };

function timestampOf(time: number): object {
  return { seconds: Math.floor(time / 1_000), nanos: (time % 1_000) * 1_000_000 };
}

/**
 * gRPC says the same as REST, in the same words, but for two things: the words of an enum carry its name
 * (`SIDE_BUY` for `BUY`), and times are seconds and nanoseconds. This is the one place that knows, so that
 * both share their DTO classes and views.
 */
export class GrpcWords {
  private readonly rewrites = new Map<string, Rewrite>();

  private constructor(
    private readonly definition: PackageDefinition,
    private readonly packageName: string,
    private readonly direction: Direction,
  ) {}

  static reading(definition: PackageDefinition, packageName: string): GrpcWords {
    return new GrpcWords(definition, packageName, reading);
  }

  static writing(definition: PackageDefinition, packageName: string): GrpcWords {
    return new GrpcWords(definition, packageName, writing);
  }

  /** The rewriting of the messages of a type. */
  ofMessage({ type }: MessageTypeDefinition<object, object>): Rewrite {
    return this.rewriteOf((type as { name: string }).name);
  }

  /** The name is the one within the package. */
  private rewriteOf(typeName: string): Rewrite {
    let rewrite = this.rewrites.get(typeName);
    if (rewrite === undefined) {
      rewrite = this.messageRewrite(typeName);
      this.rewrites.set(typeName, rewrite);
    }
    return rewrite;
  }

  private messageRewrite(typeName: string): Rewrite {
    const { field: fields } = this.typeOf(typeName) as unknown as { field: FieldDescriptor[] };
    const rewritten = fields.flatMap((field) => {
      const rewrite = this.fieldRewrite(field);
      return rewrite === undefined ? [] : [[field.name, rewrite] as const];
    });
    if (rewritten.length === 0) return (message) => message;
    return (message) => {
      const copy = { ...(message as Record<string, unknown>) };
      for (const [name, rewrite] of rewritten) {
        const value = copy[name];
        if (value === undefined || value === null) continue;
        copy[name] = Array.isArray(value) ? value.map(rewrite) : rewrite(value);
      }
      return copy;
    };
  }

  private fieldRewrite({ type, typeName }: FieldDescriptor): Rewrite | undefined {
    if (typeName === 'google.protobuf.Timestamp') return this.direction.time;
    if (type === 'TYPE_ENUM') return this.direction.word(this.prefixOf(typeName));
    // Google's other types (Struct) are handed on as they are.
    if (type !== 'TYPE_MESSAGE' || typeName.startsWith('google.')) return undefined;
    return this.rewriteOf(typeName);
  }

  /** Every enum begins with its `..._UNSPECIFIED`, as buf's lint wants it. */
  private prefixOf(enumName: string): string {
    const { value: words } = this.typeOf(enumName) as unknown as { value: { name: string }[] };
    return words[0]!.name.replace(/UNSPECIFIED$/, '');
  }

  private typeOf(typeName: string): object {
    const entry = this.definition[`${this.packageName}.${typeName}`];
    if (entry === undefined || !('type' in entry)) throw new TypeError(`${this.packageName} has no type ${typeName}`);
    return (entry as MessageTypeDefinition<object, object> | EnumTypeDefinition).type;
  }
}

interface FieldDescriptor {
  readonly name: string;
  readonly type: string;
  /** As it is written in the file: relative to its package. */
  readonly typeName: string;
}
