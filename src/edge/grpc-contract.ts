import { readFileSync } from 'node:fs';
import type { MethodDefinition } from '@grpc/grpc-js';
import protobuf, { type IConversionOptions, type IMethod, type INamespace, type Root, type Type } from 'protobufjs';

/** All that is served over gRPC, as it is read of the proto files (`npm run protos`); for the sources and for the build. */
const contractFile = new URL('../../proto/contract.json', import.meta.url);

export type ContractService = Record<string, ContractMethod>;

/** A method as grpc-js wants it. */
export interface ContractMethod extends MethodDefinition<object, object> {
  readonly messageTypes: { readonly request: () => Type; readonly response: () => Type };
}

/**
 * The services that the exchange has over gRPC. Which methods there are is known at once, and what their messages
 * consist of with the first message: that takes longer than anything else of gRPC would at a start.
 */
export class GrpcContract {
  private readonly json = JSON.parse(readFileSync(contractFile, 'utf8')) as INamespace;
  private root: Root | undefined = undefined;

  /** The services of a package by their full names. */
  services(packageName: string, conversion: IConversionOptions): Record<string, ContractService> {
    const { nested = {} } = packageName.split('.').reduce(namespaceIn, this.json);
    const services = Object.entries(nested).flatMap(([name, entry]) => {
      if (!('methods' in entry)) return [];
      const methods = Object.entries(entry.methods).map(([method, description]) => {
        const path = `/${packageName}.${name}/${method}`;
        return [method, this.method(path, packageName, description, conversion)];
      });
      return [[`${packageName}.${name}`, Object.fromEntries(methods)]];
    });
    return Object.fromEntries(services);
  }

  private method(
    path: string,
    packageName: string,
    { requestType, requestStream = false, responseType, responseStream = false }: IMethod,
    conversion: IConversionOptions,
  ): ContractMethod {
    const request = this.type(packageName, requestType);
    const response = this.type(packageName, responseType);
    return {
      path,
      requestStream,
      responseStream,
      requestSerialize: (message) => encode(request(), message),
      requestDeserialize: (bytes) => decode(request(), bytes, conversion),
      responseSerialize: (message) => encode(response(), message),
      responseDeserialize: (bytes) => decode(response(), bytes, conversion),
      messageTypes: { request, response },
    };
  }

  private type(packageName: string, name: string): () => Type {
    let type: Type | undefined;
    return () => {
      this.root ??= protobuf.Root.fromJSON(this.json);
      type ??= (this.root.lookup(packageName) as protobuf.Namespace).lookupType(name);
      return type;
    };
  }
}

function namespaceIn({ nested }: INamespace, name: string): INamespace {
  const namespace = nested?.[name];
  if (namespace === undefined) throw new TypeError(`the contract has no package ${name}`);
  return namespace;
}

function encode(type: Type, message: object): Buffer {
  return type.encode(type.fromObject(message)).finish() as Buffer;
}

function decode(type: Type, bytes: Buffer, conversion: IConversionOptions): object {
  return type.toObject(type.decode(bytes), conversion);
}
