import { EVENT_TYPES, partitionKey, toHeaders, type RecordReceived } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { Cluster } from './cluster.js';
import { bytesOf } from './outcome-messages.js';
import { readTopic } from './read-topic.js';
import type { OutgoingMessage } from './transactional-producer.js';

/** A cell for tests of the runner: the smallest that has more than one lane. */
export const TEST_CELL: CellSpec = {
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 4,
  lanes: 2,
  pools: [{ id: 'eu-shared', dedicatedTo: null, models: ['triage-small'] }],
  borders: ['us'],
};

/** Name of the n-th record of a key, unique over a test. */
export const recordId = (key: number, n: number): string => `evt-${key}-${n}`;

/** A record whose source names its place in its key's order. */
export function sampleRecord(key: number, n: number, payloadBytes = 200): RecordReceived {
  return {
    eventId: recordId(key, n),
    tenant: 'atlas',
    purpose: 'triage',
    source: `/test/${key}/${n}`,
    object: 'Case',
    subject: `s${key}`,
    producer: 'test',
    occurredAt: new Date(0),
    receivedAt: new Date(0),
    payload: {
      recipient: 'subject',
      wrappedKey: Buffer.alloc(0),
      nonce: Buffer.alloc(0),
      ciphertext: Buffer.alloc(payloadBytes),
    },
  };
}

/** The record as a message for a topic. */
export function sampleMessage(topic: string, key: number, n: number, payloadBytes?: number): OutgoingMessage {
  const record = sampleRecord(key, n, payloadBytes);
  return {
    topic,
    key: partitionKey(record.tenant, record.subject),
    value: Buffer.from(EVENT_TYPES.received.encode(record)),
    headers: toHeaders({
      id: record.eventId,
      type: EVENT_TYPES.received.type,
      source: 'spiffe://test',
      subject: record.subject,
      time: Date.now(),
      contentType: EVENT_TYPES.received.contentType,
      tenant: record.tenant,
      purpose: record.purpose,
      classification: 'Internal',
      traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    }),
  };
}

/** Splits messages into lists that fit into one produce request. */
export function chunks(messages: readonly OutgoingMessage[], bytes = 500_000): readonly OutgoingMessage[][] {
  const lists: OutgoingMessage[][] = [[]];
  let size = 0;
  for (const message of messages) {
    size += bytesOf(message);
    if (size > bytes && (lists.at(-1)?.length ?? 0) > 0) {
      lists.push([]);
      size = bytesOf(message);
    }
    lists.at(-1)?.push(message);
  }
  return lists;
}

/** Ids of the events that a topic holds, those of facts among them, which share messages. */
export async function eventIdsIn(cluster: Cluster, topic: string): Promise<readonly string[]> {
  return (await readTopic(cluster, topic)).flatMap(({ message: { headers, value } }) =>
    String(headers?.['ce_type']) === EVENT_TYPES.facts.type && value
      ? EVENT_TYPES.facts.decode(value).facts.map(({ eventId }) => eventId)
      : [String(headers?.['ce_id'])],
  );
}
