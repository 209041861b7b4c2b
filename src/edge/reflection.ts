import { readFileSync } from 'node:fs';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/**
 * Reflection over a descriptor set, for tools that know nothing else of the exchange. The set is made of the
 * proto files by buf (`npm run protos`), because what proto-loader makes of them has neither imports nor
 * proper map entries, and tools such as buf and grpcurl cannot read it.
 */
export function reflectionOf(descriptorSetPath: string): ReflectionService {
  const { file: files } = descriptor.FileDescriptorSet.decode(readFileSync(descriptorSetPath)) as unknown as {
    file: object[];
  };
  const fileDescriptorProtos = files.map((file) => descriptor.FileDescriptorProto.encode(file).finish());
  return new ReflectionService({
    ...loadSync(healthProto),
    exchange: { fileDescriptorProtos },
  } as unknown as PackageDefinition);
}
