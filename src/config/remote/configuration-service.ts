/** What the service answered for a key. */
export type ServiceAnswer =
  | { readonly kind: 'entry'; readonly text: string; readonly updatedAt: string | null; readonly etag: string | null }
  | { readonly kind: 'inexact' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unchanged' };

/** The service did not answer, or not in its own words. */
export class ConfigurationUnavailable extends Error {
  override readonly name = 'ConfigurationUnavailable';
}

export interface ConfigurationServiceOptions {
  readonly url: string;
  /** Who asks: told in the header `X-Service-Name`, and preferred among the entries of an answer. */
  readonly serviceName: string;
  readonly environment: string;
  /** For the whole answer. */
  readonly timeoutMs: number;
}

const answerBytesMax = 65_536;

/** The configuration service over HTTP: `GET {url}/api/v1/configuration/{key}`. */
export class ConfigurationService {
  private readonly prefix: string;

  constructor(private readonly options: ConfigurationServiceOptions) {
    this.prefix = `${options.url.replace(/\/+$/, '')}/api/v1/configuration/`;
  }

  /** Asks for a key; with an ETag, only if it has changed. Rejects with `ConfigurationUnavailable`. */
  async get(key: string, etag: string | null): Promise<ServiceAnswer> {
    const { serviceName, timeoutMs } = this.options;
    const headers = {
      accept: 'application/json',
      'x-service-name': serviceName,
      ...(etag && { 'if-none-match': etag }),
    };
    try {
      const response = await fetch(this.prefix + encodeURIComponent(key), {
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = await bodyOf(response);
      if (response.status === 304 && etag !== null) return { kind: 'unchanged' };
      if (response.status === 404) return { kind: 'absent' };
      if (response.status !== 200) throw new ConfigurationUnavailable(`it answered ${response.status}`);
      return this.answerOf(key, body, response.headers.get('etag'));
    } catch (error) {
      throw error instanceof ConfigurationUnavailable
        ? error
        : new ConfigurationUnavailable(reasonOf(error, timeoutMs));
    }
  }

  private answerOf(key: string, body: string, etag: string | null): ServiceAnswer {
    const { success, data, error } = objectOf(body);
    if (success !== true)
      throw new ConfigurationUnavailable(`it refused: ${String(error ?? 'no reason').slice(0, 200)}`);
    if (!Array.isArray(data)) throw new ConfigurationUnavailable('its answer has no data');
    const entries = data.filter((entry): entry is Entry => entry !== null && entry?.key === key && 'value' in entry);
    const [best] = entries.sort((a, b) => this.nearness(b) - this.nearness(a));
    if (best === undefined) return { kind: 'absent' };
    const text = textOf(best.value);
    if (text === undefined) return { kind: 'inexact' };
    return { kind: 'entry', text, updatedAt: typeof best.updated_at === 'string' ? best.updated_at : null, etag };
  }

  /** Of several entries for one key, the one that is meant for this service in this environment is taken. */
  private nearness({ service, environment }: Entry): number {
    return (service === this.options.serviceName ? 2 : 0) + (environment === this.options.environment ? 1 : 0);
  }
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly environment?: unknown;
  readonly service?: unknown;
  readonly updated_at?: unknown;
}

/** Reads no more than a bounded answer: a service that went wrong must not fill the memory. */
async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new ConfigurationUnavailable(`its answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, as for every other body that is no object.
  }
  throw new ConfigurationUnavailable('its answer is not a JSON object');
}

/** A number with a fraction went through binary floating point when it was read: it is not taken for exact. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && !Number.isSafeInteger(value) ? undefined : JSON.stringify(value);
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Partial<Error>;
  if (name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return (cause as Partial<Error> | undefined)?.message || message || String(error);
}
