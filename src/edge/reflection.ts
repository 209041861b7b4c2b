import type { handleBidiStreamingCall, Server } from '@grpc/grpc-js';
import type { GrpcContract } from './grpc-contract.js';

type Handler = handleBidiStreamingCall<object, object>;

/** Those that the handlers expect. */
const conversion = { longs: String, enums: String, bytes: Array, defaults: true, oneofs: true };

/** Reflection in both versions that tools ask for. What it tells is made when the first of them asks. */
export function serveReflection(server: Server, contract: GrpcContract): void {
  let made: Promise<ReadonlyMap<string, Handler>> | undefined;
  for (const version of ['v1', 'v1alpha']) {
    for (const service of Object.values(contract.services(`grpc.reflection.${version}`, conversion))) {
      const { path } = service.ServerReflectionInfo!;
      const handler: Handler = (call) => {
        made ??= import('./reflection-handlers.js').then(({ reflectionHandlers }) => reflectionHandlers());
        made.then(
          (handlers) => handlers.get(path)?.(call),
          (error) => call.destroy(error),
        );
      };
      server.addService(service, { ServerReflectionInfo: handler });
    }
  }
}
