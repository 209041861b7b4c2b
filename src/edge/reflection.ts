import { loadSync, type PackageDefinition, type ProtobufTypeDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import descriptor from 'protobufjs/ext/descriptor/index.js';

const { FileDescriptorProto } = descriptor;

/**
 * Reflection over proto files, for tools that know nothing else of the exchange. What proto-loader makes of
 * the files lacks their imports and the mark of optional fields, and without the imports such tools (buf,
 * grpcurl) cannot read them: both are put back here.
 */
export function reflectionOf(protoFiles: readonly string[], includeDirs: readonly string[]): ReflectionService {
  const definition = loadSync([...protoFiles], { keepCase: true, includeDirs: [...includeDirs] });
  const files = [...filesOf(definition).values()];
  for (const file of files) {
    file.dependency = files.filter((other) => uses(file, other)).map(({ name }) => name);
    for (const message of file.messageType) markOptional(message);
  }
  const fileDescriptorProtos = files.map((file) => FileDescriptorProto.encode(file).finish());
  return new ReflectionService({ files: { fileDescriptorProtos } } as unknown as PackageDefinition);
}

/** Every type carries all files, so they come many times over. */
function filesOf(definition: PackageDefinition): Map<string, File> {
  const files = new Map<string, File>();
  for (const entry of Object.values(definition)) {
    for (const bytes of (entry as ProtobufTypeDefinition).fileDescriptorProtos ?? []) {
      const file = FileDescriptorProto.decode(bytes) as unknown as File;
      files.set(file.name, file);
    }
  }
  return files;
}

/** A type of another package is named with its package. */
function uses(file: File, other: File): boolean {
  if (file === other) return false;
  return file.messageType.some(({ field }) => field.some(({ typeName }) => typeName.startsWith(`${other.package}.`)));
}

/** An optional field is, on the wire of descriptors, the only one of a choice that is named after it. */
function markOptional({ field: fields, oneofDecl }: Message): void {
  for (const field of fields) {
    if (Object.hasOwn(field, 'oneofIndex') && oneofDecl[field.oneofIndex]?.name === `_${field.name}`) {
      field.proto3Optional = true;
    }
  }
}

/** What is needed here of `google.protobuf.FileDescriptorProto` and the messages in it. */
interface File {
  readonly name: string;
  readonly package: string;
  dependency: string[];
  readonly messageType: readonly Message[];
}

interface Message {
  readonly field: readonly Field[];
  readonly oneofDecl: readonly { readonly name: string }[];
}

interface Field {
  readonly name: string;
  readonly typeName: string;
  readonly oneofIndex: number;
  proto3Optional: boolean;
}
