import { readFileSync } from 'node:fs';
import type { handleBidiStreamingCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import descriptor from 'protobufjs/ext/descriptor/index.js';

type Handler = handleBidiStreamingCall<object, object>;

/** For the sources and for the build. */
const descriptorSet = new URL('../../proto/descriptors.binpb', import.meta.url);

/**
 * What answers the methods of reflection, by their paths: over a descriptor set, for tools that know nothing else of
 * the exchange. The set is made of the proto files by buf (`npm run protos`), because what proto-loader makes of them
 * has neither imports nor proper map entries, and tools such as buf and grpcurl cannot read it.
 */
export function reflectionHandlers(): ReadonlyMap<string, Handler> {
  const { file: files } = descriptor.FileDescriptorSet.decode(readFileSync(descriptorSet)) as unknown as {
    file: object[];
  };
  const fileDescriptorProtos = files.map((file) => descriptor.FileDescriptorProto.encode(file).finish());
  const reflection = new ReflectionService({
    ...loadSync(healthProto),
    exchange: { fileDescriptorProtos },
  } as unknown as PackageDefinition);
  const handlers = new Map<string, Handler>();
  reflection.addToServer({
    addService({ ServerReflectionInfo: method }: ServiceDefinition, implementation: UntypedServiceImplementation) {
      handlers.set(method!.path, implementation.ServerReflectionInfo as Handler);
    },
  });
  return handlers;
}
