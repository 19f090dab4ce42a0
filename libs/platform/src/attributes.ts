/**
 * Every span attribute that the mesh may set. Keys, payloads, prompts and outputs are not among them. Names follow
 * the OpenTelemetry semantic conventions for messaging, RPC, HTTP and GenAI where these have one; they are constants
 * here because the conventions' package marks most of them unstable.
 * https://opentelemetry.io/docs/specs/semconv/
 */
export const ATTRIBUTES = {
  messagingSystem: 'messaging.system',
  messagingOperation: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingDestination: 'messaging.destination.name',
  messagingPartition: 'messaging.destination.partition.id',
  messagingOffset: 'messaging.kafka.offset',
  messagingBatch: 'messaging.batch.message_count',
  messagingGroup: 'messaging.consumer.group.name',
  rpcSystem: 'rpc.system',
  rpcMethod: 'rpc.method',
  rpcStatus: 'rpc.grpc.status_code',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  genAiOperation: 'gen_ai.operation.name',
  genAiProvider: 'gen_ai.provider.name',
  genAiModel: 'gen_ai.request.model',
  genAiInputTokens: 'gen_ai.usage.input_tokens',
  genAiOutputTokens: 'gen_ai.usage.output_tokens',
  errorType: 'error.type',
  /** Event id. */
  event: 'bailiwick.event',
  tenant: 'bailiwick.tenant',
  purpose: 'bailiwick.purpose',
  region: 'bailiwick.region',
  jurisdiction: 'bailiwick.jurisdiction',
  /** emit, settle, hold, dead-letter or violation. */
  outcome: 'bailiwick.outcome',
  /** Reason or error code. */
  reason: 'bailiwick.reason',
  pool: 'bailiwick.pool',
  transferBasis: 'bailiwick.transfer_basis',
  lane: 'bailiwick.lane',
} as const;

/** A span attribute's name; the type that keeps anything else off spans. */
export type AttributeName = (typeof ATTRIBUTES)[keyof typeof ATTRIBUTES];
export type SpanAttributes = { readonly [Name in AttributeName]?: string | number };

/** What a span says of the process that made it; the collector of a cell drops all else. */
export const RESOURCE_ATTRIBUTES = [
  'service.name',
  'service.namespace',
  'service.instance.id',
  'cloud.region',
] as const;
