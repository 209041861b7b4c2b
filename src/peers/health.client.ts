import { protoPath } from 'grpc-health-check';
import { peerService, unary } from './peer-service.js';

export interface HealthCheckRequest {
  /** The full name of a service; empty for the server as a whole. */
  readonly service: string;
}

export interface HealthCheckResponse {
  readonly status: 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
}

/** What any peer says of itself. */
export const healthService = peerService({
  name: 'grpc.health.v1.Health',
  proto: protoPath,
  methods: { check: unary<HealthCheckRequest, HealthCheckResponse>({ idempotent: true }) },
});
