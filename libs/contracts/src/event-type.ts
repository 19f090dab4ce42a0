import { encodeMessage, type MessageEncoder } from './encode-message.js';
import { ErasureRequest } from './gen/bailiwick/erasure/v1/erasure.js';
import { CallerGone, GatewayReply } from './gen/bailiwick/gateway/v1/gateway.js';
import { BorderCrossing } from './gen/bailiwick/inference/v1/border.js';
import { InferenceRequest, InferenceResult } from './gen/bailiwick/inference/v1/inference.js';
import { PoolReport } from './gen/bailiwick/inference/v1/report.js';
import { CredentialMinted, FactBatch, Violation } from './gen/bailiwick/lineage/v1/fact.js';
import { DeadLetter, HeldRecord, OperatorCommand } from './gen/bailiwick/operations/v1/operations.js';
import { RecordClassified, RecordReceived } from './gen/bailiwick/record/v1/record.js';

/** How the values of one CloudEvents type are written and read. */
export interface EventType<T> {
  /** CloudEvents `type`, ends in the major version of the schema. */
  readonly type: string;
  readonly contentType: 'application/protobuf' | 'application/json';
  readonly encode: (message: T) => Uint8Array;
  /** Throws on bytes that are not such a message. */
  readonly decode: (bytes: Uint8Array) => T;
}

interface ProtobufCodec<T> extends MessageEncoder<T> {
  decode(bytes: Uint8Array): T;
}

function protobufEvent<T>(type: string, codec: ProtobufCodec<T>): EventType<T> {
  return {
    type,
    contentType: 'application/protobuf',
    encode: (message) => encodeMessage(codec, message),
    decode: (bytes) => codec.decode(bytes),
  };
}

/** Every event type inside the mesh. */
export const EVENT_TYPES = {
  received: protobufEvent('bailiwick.record.received.v1', RecordReceived),
  classified: protobufEvent('bailiwick.record.classified.v1', RecordClassified),
  request: protobufEvent('bailiwick.inference.request.v1', InferenceRequest),
  result: protobufEvent('bailiwick.inference.result.v1', InferenceResult),
  report: protobufEvent('bailiwick.inference.report.v1', PoolReport),
  border: protobufEvent('bailiwick.border.crossing.v1', BorderCrossing),
  reply: protobufEvent('bailiwick.gateway.reply.v1', GatewayReply),
  gone: protobufEvent('bailiwick.gateway.gone.v1', CallerGone),
  erasure: protobufEvent('bailiwick.erasure.request.v1', ErasureRequest),
  held: protobufEvent('bailiwick.record.held.v1', HeldRecord),
  deadLetter: protobufEvent('bailiwick.record.dead-lettered.v1', DeadLetter),
  command: protobufEvent('bailiwick.operations.command.v1', OperatorCommand),
  facts: protobufEvent('bailiwick.lineage.facts.v1', FactBatch),
  minted: protobufEvent('bailiwick.credential.minted.v1', CredentialMinted),
  violation: protobufEvent('bailiwick.sovereignty.violation.v1', Violation),
} as const;
