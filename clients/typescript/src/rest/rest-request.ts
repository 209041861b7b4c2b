/** One request of the REST interface. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, one element each. */
  readonly path: readonly string[];
  readonly query?: object;
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** Whether sending it twice is the same as sending it once: only then is it ever sent again. */
  readonly repeatable: boolean;
}

/** Its path and query. Throws for an element that would change what the path means. */
export function targetOf({ path, query = {} }: RestRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const target = `/api/v1/${path.map(elementOf).join('/')}`;
  return search.size === 0 ? target : `${target}?${search}`;
}

function elementOf(text: string): string {
  if (text === '' || text === '.' || text === '..') throw new TypeError(`"${text}" names nothing on an exchange`);
  return encodeURIComponent(text);
}
