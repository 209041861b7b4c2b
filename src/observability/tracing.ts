import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Settings } from '../config/settings.js';
import { version } from '../config/version.js';
import { currentRequest, type RequestContext } from '../edge/request-context.js';
import type { Operation, RequestObserver } from '../edge/request-observer.js';
import type { JournalRecord } from '../journal/journal.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';

type OpenTelemetry = typeof import('@opentelemetry/api');

/** Spans beyond these are dropped while the collector does not keep up: nothing waits for it. */
const queueSpansMax = 4_096;
const batchDelayMs = 1_000;
const exportTimeoutMs = 5_000;
/** How long the end may wait for the collector to take the last spans. */
const flushTimeoutMs = 2_000;

/** gRPC statuses that are the exchange's own failure: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const failureCodes = new Set([2, 4, 12, 13, 14, 15]);

/** What is needed to put further spans under that of a request. */
interface RequestSpan {
  readonly span: Span;
  readonly context: Context;
  /** From `performance.now()` to milliseconds since 1970; one for all spans of a trace, so that they nest exactly. */
  readonly clockOffsetMs: number;
}

interface Execution {
  readonly request: RequestSpan;
  readonly executedAtMs: number;
}

/** One trace for each request, sent over OTLP (HTTP, protobuf): the request itself and, of its command, engine, queue and commit. */
export class Tracing implements RequestObserver, VenueObserver {
  private readonly requests = new WeakMap<RequestContext, RequestSpan>();
  private readonly executions = new WeakMap<JournalRecord, Execution>();
  private readonly tracer: Tracer;

  /** OpenTelemetry is loaded here, for those who set `OTEL_EXPORTER_OTLP_ENDPOINT`, and for nobody else. */
  static async open(endpoint: string, settings: Settings): Promise<Tracing> {
    const api = await import('@opentelemetry/api');
    const { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } = await import(
      '@opentelemetry/sdk-trace'
    );
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
    const { resourceFromAttributes } = await import('@opentelemetry/resources');
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs, concurrencyLimit: 2 });
    const processor = new BatchSpanProcessor({
      exporter,
      maxQueueSize: queueSpansMax,
      scheduledDelayMillis: batchDelayMs,
      exportTimeoutMillis: exportTimeoutMs,
    });
    const root = new TraceIdRatioBasedSampler(settings.traceRatio);
    const provider = new TracerProvider({
      resource: resourceFromAttributes(resourceOf(settings)),
      sampler: new ParentBasedSampler({ root }),
      spanProcessors: [processor],
    });
    return new Tracing(api, provider);
  }

  private constructor(
    private readonly api: OpenTelemetry,
    private readonly provider: TracerProvider,
  ) {
    this.tracer = provider.getTracer('exchange-simulator', version);
  }

  began(request: RequestContext, operation: Operation): void {
    if (isProbe(operation)) return;
    const { ROOT_CONTEXT, SpanKind, trace } = this.api;
    const nowMs = performance.now();
    const clockOffsetMs = Date.now() - nowMs;
    const options = { kind: SpanKind.SERVER, startTime: clockOffsetMs + nowMs, attributes: attributesOf(operation) };
    const span = this.tracer.startSpan(nameOf(operation), options, this.parentOf(request));
    const { traceId, spanId, traceFlags } = span.spanContext();
    request.trace = { traceId, spanId, flags: traceFlags };
    // Nothing under a span that is not sampled would be kept either.
    if (!span.isRecording()) return;
    this.requests.set(request, { span, context: trace.setSpan(ROOT_CONTEXT, span), clockOffsetMs });
  }

  executed(record: JournalRecord, begunAtMs: number): void {
    const context = currentRequest();
    const request = context && this.requests.get(context);
    if (request === undefined) return;
    const executedAtMs = performance.now();
    const { sequence, command, reject } = record;
    const attributes = { 'exchange.sequence': sequence, 'exchange.command': command.type };
    const outcome = reject === undefined ? {} : { 'exchange.reject_code': reject.rejected };
    this.add('engine', request, begunAtMs, executedAtMs, { ...attributes, ...outcome });
    this.executions.set(record, { request, executedAtMs });
  }

  committed({ records, givenAtMs, durableAtMs }: CommittedBatch): void {
    for (const record of records) {
      const execution = this.executions.get(record);
      if (execution === undefined) continue;
      this.add('queue', execution.request, execution.executedAtMs, givenAtMs);
      this.add('commit', execution.request, givenAtMs, durableAtMs, { 'exchange.batch_records': records.length });
    }
  }

  ended(request: RequestContext, operation: Operation, status: number): void {
    const open = this.requests.get(request);
    if (open === undefined) return;
    const { span, clockOffsetMs } = open;
    const isHttp = operation.transport === 'REST';
    span.setAttribute(isHttp ? 'http.response.status_code' : 'rpc.grpc.status_code', status);
    span.setAttribute('exchange.request_id', request.requestId);
    if (request.accountId !== undefined) span.setAttribute('exchange.account_id', request.accountId);
    if (request.orderId !== undefined) span.setAttribute('exchange.order_id', request.orderId);
    if (request.problem !== undefined) span.setAttribute('error.type', request.problem.code);
    if (isHttp ? status >= 500 : failureCodes.has(status)) span.setStatus({ code: this.api.SpanStatusCode.ERROR });
    span.end(clockOffsetMs + performance.now());
  }

  /** Sends what is left, if the collector takes it in time. */
  async close(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, flushTimeoutMs);
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }

  private parentOf({ trace: parent }: RequestContext): Context {
    const { ROOT_CONTEXT, trace } = this.api;
    if (parent === undefined) return ROOT_CONTEXT;
    const { traceId, spanId, flags } = parent;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
  }

  private add(
    name: string,
    { context, clockOffsetMs }: RequestSpan,
    fromMs: number,
    toMs: number,
    attributes = {},
  ): void {
    const span = this.tracer.startSpan(name, { startTime: clockOffsetMs + fromMs, attributes }, context);
    span.end(clockOffsetMs + Math.max(fromMs, toMs));
  }
}

/** Probes and scrapes come all the time and tell nothing. */
function isProbe({ target }: Operation): boolean {
  return target === '/metrics' || target.startsWith('/health');
}

function nameOf({ transport, method, target }: Operation): string {
  return transport === 'REST' ? `${method} ${target}` : `${target}/${method}`;
}

function attributesOf({ transport, method, target }: Operation): Attributes {
  if (transport === 'REST') return { 'http.request.method': method, 'http.route': target };
  return { 'rpc.system': 'grpc', 'rpc.service': target, 'rpc.method': method };
}

function resourceOf({ serviceName, serviceInstanceName, environment }: Settings): Attributes {
  return {
    'service.name': serviceName,
    'service.version': version,
    'service.instance.id': serviceInstanceName,
    'deployment.environment.name': environment,
  };
}
