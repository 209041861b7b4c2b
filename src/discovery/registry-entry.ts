import type { SelfDescription, ServiceInstance } from './registry.js';

/**
 * The layout of the registry, which other programs speak as well: a key
 * `services:<service_name>:<host>:<grpc_port>` with a JSON object under it.
 */
export const keyPattern = 'services:*';

/** No program has this much to say of itself; what is longer is malformed. */
const entryCharactersMax = 16_384;

export function keyOf({
  serviceName,
  host,
  grpcPort,
}: Pick<ServiceInstance, 'serviceName' | 'host' | 'grpcPort'>): string {
  return `services:${serviceName}:${host}:${grpcPort}`;
}

/** An entry as it was read: who, and when it last spoke, in milliseconds since 1970. */
export interface Entry {
  readonly instance: ServiceInstance;
  readonly lastSeen: number;
}

/** Writes the entry of this process. */
export function writeEntry(self: SelfDescription, status: string, now: number): string {
  return JSON.stringify({
    service_name: self.serviceName,
    instance_name: self.instanceName,
    host: self.host,
    grpc_port: self.grpcPort,
    http_port: self.httpPort,
    version: self.version,
    environment: self.environment,
    status,
    last_seen: new Date(now).toISOString(),
    metadata: self.metadata,
  });
}

/** Reads an entry of any program; what cannot be one reads as the reason why, in a few words. */
export function readEntry(text: string): Entry | string {
  if (text.length > entryCharactersMax) return `it is longer than ${entryCharactersMax} characters`;
  const fields = objectOf(text);
  if (fields === undefined) return 'it is not a JSON object';
  const { service_name, host, grpc_port, http_port, status } = fields;
  if (!isWord(service_name)) return 'service_name is not a name';
  if (!isWord(host)) return 'host is not a host';
  if (!isPort(grpc_port)) return 'grpc_port is not a port';
  const lastSeen = timeOf(fields.last_seen);
  if (lastSeen === undefined) return 'last_seen is not a time';
  return {
    lastSeen,
    instance: {
      serviceName: service_name,
      instanceName: textOf(fields.instance_name),
      host,
      grpcPort: grpc_port,
      httpPort: isPort(http_port) ? http_port : null,
      version: textOf(fields.version),
      environment: textOf(fields.environment),
      status: textOf(status),
      metadata: metadataOf(fields.metadata),
    },
  };
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A host or a name: what goes into addresses and logs as it is. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._:%-]{1,255}$/.test(value);
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

/** Programs write RFC 3339; a number is taken for milliseconds, or for seconds where it is too small for them. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value < 100_000_000_000 ? value * 1000 : value;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function metadataOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, asText(content)]));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
