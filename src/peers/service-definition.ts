import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromJSON, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import type { PeerService } from './peer-service.js';

/** How a method's messages are written and read, and the path that it has on the wire. */
export type MethodCodec = Pick<
  MethodDefinition<object, object>,
  'path' | 'requestSerialize' | 'responseDeserialize' | 'responseStream'
>;

const protoDirectory = fileURLToPath(new URL('../../proto', import.meta.url));
const loaded = new Map<PeerService, ReadonlyMap<string, MethodCodec>>();

/** The methods of a service, by the names that its declaration gives them; its proto file is read once, at first use. */
export function codecsOf(service: PeerService): ReadonlyMap<string, MethodCodec> {
  const codecs = loaded.get(service) ?? load(service);
  loaded.set(service, codecs);
  return codecs;
}

function load({ name, proto, methods, unread = [] }: PeerService): ReadonlyMap<string, MethodCodec> {
  const root = new protobuf.Root().loadSync(isAbsolute(proto) ? proto : join(protoDirectory, proto));
  for (const path of unread) skip(path, root);
  const options = { longs: Number, enums: String, defaults: true };
  const definition = fromJSON(root.toJSON(), options)[name] as ServiceDefinition | undefined;
  if (definition === undefined) throw new TypeError(`${proto} has no service ${name}`);
  return new Map(
    Object.entries(methods).map(([method, { kind }]) => {
      const codec = definition[method[0]?.toUpperCase() + method.slice(1)];
      if (codec === undefined || codec.responseStream !== (kind === 'stream')) {
        throw new TypeError(`${proto} has no ${kind} method ${method} of ${name}`);
      }
      return [method, codec];
    }),
  );
}

/** What is no field of a message is passed over by its wire type, of whatever type it was to its sender. */
function skip(path: string, root: protobuf.Root): void {
  const type = root.lookupType(path.slice(0, path.lastIndexOf('.')));
  const field = type.fields[path.slice(path.lastIndexOf('.') + 1)];
  if (field === undefined) throw new TypeError(`there is no field ${path}`);
  type.remove(field);
}
