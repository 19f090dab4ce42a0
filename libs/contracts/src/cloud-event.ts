import { SENSITIVITIES, type Sensitivity } from '@bailiwick/domain';

/**
 * Attributes of an event as Kafka headers: CloudEvents 1.0 Kafka protocol binding, binary mode, with the
 * extensions `tenant`, `purpose`, `dataclassification` and `replayof`. None of them is personal data.
 * https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
 */
export interface CloudEvent {
  /** Event id. */
  readonly id: string;
  readonly type: string;
  /** Who wrote it: a SPIFFE id. */
  readonly source: string;
  /** Pseudonymous subject. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly contentType: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly classification: Sensitivity;
  /** W3C trace context; null or empty: none is told. */
  readonly traceparent: string | null;
  /** `<topic>/<partition>/<offset>` of the delivery that this one repeats at an operator's command; absent on every other. */
  readonly replayOf?: string;
}

/** Kafka headers as kafkajs gives and takes them. */
export type Headers = Record<string, Buffer | string | (Buffer | string)[] | undefined>;

/** Writes the attributes as headers. */
export function toHeaders(event: CloudEvent): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_subject: event.subject,
    ce_time: new Date(event.time).toISOString(),
    ce_tenant: event.tenant,
    ce_purpose: event.purpose,
    ce_dataclassification: event.classification,
    'content-type': event.contentType,
  };
  if (event.replayOf !== undefined) headers['ce_replayof'] = event.replayOf;
  if (event.traceparent) headers['traceparent'] = event.traceparent;
  return headers;
}

/** Reads headers; names the first attribute that is missing or malformed. Unknown classification: the highest. */
export function fromHeaders(headers: Headers | undefined): CloudEvent | { readonly missing: string } {
  const read = (name: string): string | undefined => {
    const value = headers?.[name];
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined ? undefined : first.toString();
  };
  for (const name of ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time'])
    if (!read(name)) return { missing: name };
  const time = Date.parse(read('ce_time') ?? '');
  if (Number.isNaN(time)) return { missing: 'ce_time' };
  const label = read('ce_dataclassification');
  const replayOf = read('ce_replayof');
  return {
    id: read('ce_id') ?? '',
    type: read('ce_type') ?? '',
    source: read('ce_source') ?? '',
    subject: read('ce_subject') ?? '',
    time,
    contentType: read('content-type') ?? '',
    tenant: read('ce_tenant') ?? '',
    purpose: read('ce_purpose') ?? '',
    classification: SENSITIVITIES.find((known) => known === label) ?? 'MissionCritical',
    traceparent: read('traceparent') ?? null,
    ...(replayOf !== undefined && { replayOf }),
  };
}

/** Partition key of everything about one CRM record: keeps its order, holds no personal data. */
export const partitionKey = (tenant: string, subject: string): string => `${tenant}.${subject}`;
