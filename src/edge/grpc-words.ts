import protobuf, { type Enum, type Field, type Type } from 'protobufjs';

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
  private readonly rewrites = new Map<Type, Rewrite>();

  private constructor(private readonly direction: Direction) {}

  static reading(): GrpcWords {
    return new GrpcWords(reading);
  }

  static writing(): GrpcWords {
    return new GrpcWords(writing);
  }

  /** The rewriting of the messages of a type, which is asked for with the first of them. */
  ofMessage(type: () => Type): Rewrite {
    let rewrite: Rewrite | undefined;
    return (message) => {
      rewrite ??= this.rewriteOf(type());
      return rewrite(message);
    };
  }

  private rewriteOf(type: Type): Rewrite {
    let rewrite = this.rewrites.get(type);
    if (rewrite === undefined) {
      rewrite = this.messageRewrite(type);
      this.rewrites.set(type, rewrite);
    }
    return rewrite;
  }

  private messageRewrite({ fieldsArray: fields }: Type): Rewrite {
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

  private fieldRewrite(field: Field): Rewrite | undefined {
    const { resolvedType: type } = field.resolve();
    if (type === null) return undefined;
    if (type instanceof protobuf.Enum) return this.direction.word(prefixOf(type));
    if (type.fullName === '.google.protobuf.Timestamp') return this.direction.time;
    // Google's other types (Struct) are handed on as they are.
    return type.fullName.startsWith('.google.') ? undefined : this.rewriteOf(type);
  }
}

/** Every enum begins with its `..._UNSPECIFIED`, as buf's lint wants it. */
function prefixOf({ values }: Enum): string {
  return Object.keys(values)[0]!.replace(/UNSPECIFIED$/, '');
}
