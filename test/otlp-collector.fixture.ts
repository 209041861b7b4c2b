import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

/** OTLP's own numbers, so that what arrives is read by other code than the code that sent it. */
const otlp = protobuf.parse(`
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`).root;

export interface ReceivedSpan {
  readonly name: string;
  /** 2 is a server's. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span without a parent. */
  readonly parentSpanId: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
}

/** Takes OTLP over HTTP, as a collector does. */
export class OtlpCollector {
  readonly spans: ReceivedSpan[] = [];

  static async start(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  private constructor(private readonly server: Server) {
    server.on('request', async (request, response) => {
      const bytes = await buffer(request);
      const isTraces = request.method === 'POST' && request.url === '/v1/traces';
      if (isTraces) this.take(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes);
      response.writeHead(isTraces ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end();
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, once there are so many. */
  async trace(traceId: string, count: number, timeoutMs = 10_000): Promise<ReceivedSpan[]> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const spans = this.spans.filter((span) => span.traceId === traceId);
      if (spans.length >= count) return spans;
      if (Date.now() > end) throw new Error(`of trace ${traceId} only ${spans.map(({ name }) => name)} came`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(bytes: Buffer): void {
    // biome-ignore lint/suspicious/noExplicitAny: a message as protobufjs decodes it.
    const { resourceSpans = [] } = otlp.lookupType('ExportTraceServiceRequest').decode(bytes) as any;
    for (const { resource, scopeSpans } of resourceSpans) {
      const of = attributesOf(resource.attributes);
      for (const { spans } of scopeSpans) for (const span of spans) this.spans.push(received(span, of));
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function received(span: any, resource: Record<string, string>): ReceivedSpan {
  const hex = (id: Uint8Array): string => Buffer.from(id ?? []).toString('hex');
  return {
    name: span.name,
    kind: span.kind,
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    startNs: BigInt(span.startTimeUnixNano.toString()),
    endNs: BigInt(span.endTimeUnixNano.toString()),
    attributes: attributesOf(span.attributes),
    resource,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function attributesOf(attributes: any[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(value[value.value])]));
}
