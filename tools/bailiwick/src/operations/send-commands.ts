import { Action, EVENT_TYPES, partitionKey, spiffeId, toHeaders, topicNames } from '@bailiwick/contracts';
import { kafkaError } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { StackCell } from '../stack/stack-file.js';
import type { KeptRecord } from './kept-record.js';

/** What is to be done, by whom and under which reference; none of it is a text about a person. */
export interface Order {
  readonly action: 'release' | 'discard';
  readonly by: string;
  readonly reference: string;
  /** Approvals that the control-plane signed, by event id, where a release takes one. */
  readonly orders?: ReadonlyMap<string, string>;
}

/**
 * Commands the same for records that are kept in one cell, with the operator's certificate. Resolves when the broker has the
 * commands; what becomes of the records is told by their histories. Throws with exit code 4 when the broker does not take them.
 */
export async function sendCommands(
  cell: StackCell,
  records: readonly KeptRecord[],
  { action, by, reference, orders }: Order,
): Promise<void> {
  const operator = clusterAs('operator', cell);
  const topic = topicNames(cell.jurisdiction).command;
  const { type, contentType, encode } = EVENT_TYPES.command;
  const producer = operator.producers.producer({ idempotent: true, maxInFlightRequests: 1 });
  try {
    await producer.connect();
    await producer.send({
      topic,
      messages: records.map(({ eventId, tenant, purpose, subject, topic: kept, partition, offset }) => ({
        key: partitionKey(tenant, subject),
        value: Buffer.from(
          encode({
            action: action === 'release' ? Action.ACTION_RELEASE : Action.ACTION_DISCARD,
            topic: kept,
            partition,
            offset: BigInt(offset),
            eventId,
            tenant,
            by,
            reference,
            at: new Date(),
            order: orders?.get(eventId) ?? '',
          }),
        ),
        headers: toHeaders({
          id: eventId === '' ? `${kept}/${partition}/${offset}` : eventId,
          type,
          contentType,
          source: spiffeId(operator.identity),
          subject,
          time: Date.now(),
          tenant,
          purpose,
          classification: 'Internal',
          traceparent: null,
        }),
      })),
    });
  } catch (thrown) {
    const { detail } = BailiwickError.from(kafkaError(thrown, [topic]));
    throw new CliError(EXIT.unavailable, `${cell.region}: ${detail}`);
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
