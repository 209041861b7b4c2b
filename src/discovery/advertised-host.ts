import { hostname } from 'node:os';

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', '*']);

/** Where others reach this process: what was set, else the address that it listens on, else the name of the machine or pod. */
export function advertisedHost({ advertisedHost, host }: { advertisedHost: string | null; host: string }): string {
  return advertisedHost ?? (everyAddress.has(host) ? hostname() : host);
}
