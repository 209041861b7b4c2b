import type { RegistryLog } from './redis-registry.js';
import type { SelfDescription } from './registry.js';

/** An instance of a service on this machine. */
export function described(serviceName: string, grpcPort: number): SelfDescription {
  return {
    serviceName,
    instanceName: `${serviceName}-${grpcPort}`,
    host: '127.0.0.1',
    grpcPort,
    httpPort: 8080,
    version: '1.2.3',
    environment: 'test',
    metadata: { zone: 'a' },
  };
}

/** Keeps what was logged, for the spec to look at. */
export function quietLog(): RegistryLog & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: (line) => lines.push(line), warn: (line) => lines.push(line) };
}
