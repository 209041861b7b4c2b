import { readdirSync } from 'node:fs';
import protobuf from 'protobufjs';

/** Prints all that the exchange serves over gRPC, as protobufjs reads it of the proto files: proto/contract.json. */
const own = readdirSync('proto/exchange/v1').filter((file) => file.endsWith('.proto'));

const root = new protobuf.Root();
root.resolvePath = (_importer, file) => (file.startsWith('exchange/') ? `proto/${file}` : file);
root.loadSync([
  ...own.map((file) => `exchange/v1/${file}`),
  'node_modules/grpc-health-check/proto/health/v1/health.proto',
  'node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
  'node_modules/@grpc/reflection/build/proto/grpc/reflection/v1alpha/reflection.proto',
]);
process.stdout.write(`${JSON.stringify(root.toJSON())}\n`);
