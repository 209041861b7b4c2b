import type { Redis } from 'ioredis';

/** Finds the exchange in Redis: of all entries under its name the one that was heard of last. */
export async function findExchange(redis: Redis, serviceName: string): Promise<string> {
  const keys: string[] = [];
  for await (const some of redis.scanStream({ match: `services:${serviceName}:*` })) keys.push(...some);
  const entries = await Promise.all(keys.map(async (key) => entryOf(await redis.get(key))));
  const found = entries.filter((entry) => entry !== undefined);
  found.sort((a, b) => Date.parse(b.last_seen) - Date.parse(a.last_seen));
  if (found[0] === undefined) throw new Error(`Redis knows no ${serviceName}`);
  return `${found[0].host}:${found[0].grpc_port}`;
}

interface Entry {
  readonly host: string;
  readonly grpc_port: number;
  readonly last_seen: string;
}

function entryOf(text: string | null): Entry | undefined {
  try {
    return (text === null ? undefined : JSON.parse(text)) as Entry | undefined;
  } catch {
    return undefined;
  }
}
