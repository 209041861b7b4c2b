import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { Answer } from './exchange-driver.fixture.js';

const protos: Readonly<Record<string, string>> = {
  SettlementService: 'exchange/v1/settlement_service.proto',
  AuditService: 'exchange/v1/audit_service.proto',
};

/** Calls one service with the proto files alone, as any client would. */
export function serviceCaller(address: string, service: string, token?: string) {
  const definition = loadSync(protos[service]!, { includeDirs: ['proto'], longs: Number, enums: String })[
    `exchange.v1.${service}`
  ] as ServiceDefinition;
  const client = new Client(address, credentials.createInsecure());
  const call = (name: string, request: object): Promise<Answer> => {
    const { path, requestSerialize, responseDeserialize } = definition[name] as MethodDefinition<object, object>;
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  };
  return {
    call,
    /** The gRPC status that it comes to. */
    codeOf: (name: string, request: object): Promise<status> =>
      call(name, request).then(
        () => status.OK,
        (error: ServiceError) => error.code,
      ),
    close: () => client.close(),
  };
}
