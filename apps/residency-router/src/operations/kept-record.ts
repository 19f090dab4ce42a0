import {
  EVENT_TYPES,
  SERVICES,
  fromHeaders,
  type CloudEvent,
  type EventType,
  type Headers,
  type Sealed,
  type TopicNames,
} from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { Coordinates } from '@bailiwick/kafka';

/** A record that a service of this cell keeps back: held, or dead-lettered. */
export interface KeptRecord {
  readonly kind: 'held' | 'dead-letter';
  readonly eventId: string;
  readonly tenant: string;
  readonly service: string;
  /** Where the service had consumed it. */
  readonly source: Coordinates;
  /** Its value as consumed: as it is, or sealed to the cell; null when it was too large to keep. */
  readonly original: Buffer | Sealed | null;
  /** Attributes under which it is kept. */
  readonly event: CloudEvent;
}

/** Topics on which services of the cell keep records back. */
export const keptTopics = (names: TopicNames): ReadonlySet<string> =>
  new Set([names.held, ...SERVICES.map(names.deadletter)]);

/** Reads a message of one of these topics; null when it is none. */
export function keptRecord(
  topic: string,
  names: TopicNames,
  message: { readonly value: Buffer | null; readonly headers?: Headers | undefined },
): KeptRecord | null {
  const event = fromHeaders(message.headers);
  if ('missing' in event || !message.value) return null;
  try {
    if (topic === names.held) {
      const { eventId, tenant, service, original, ...source } = EVENT_TYPES.held.decode(message.value);
      return { kind: 'held', eventId, tenant, service, source: placeOf(source), original, event };
    }
    const { eventId, tenant, service, original, ...source } = EVENT_TYPES.deadLetter.decode(message.value);
    const kept = { kind: 'dead-letter', eventId, tenant, service, source: placeOf(source), event } as const;
    return { ...kept, original: original ?? null };
  } catch {
    return null;
  }
}

const placeOf = ({ topic, partition, offset }: Coordinates): Coordinates => ({ topic, partition, offset });

/** Type of the records on each topic to which one may go back; undefined for every other topic. */
export function recordType(topic: string, cell: CellSpec, names: TopicNames): EventType<unknown> | undefined {
  const types = new Map<string, EventType<unknown>>([
    [names.record, EVENT_TYPES.received as EventType<unknown>],
    [names.classified, EVENT_TYPES.classified as EventType<unknown>],
    [names.returned, EVENT_TYPES.request as EventType<unknown>],
    [names.result, EVENT_TYPES.result as EventType<unknown>],
    [names.postponed, EVENT_TYPES.result as EventType<unknown>],
    [names.inbox, EVENT_TYPES.border as EventType<unknown>],
    ...cell.pools.map(({ id }) => [names.request(id), EVENT_TYPES.request as EventType<unknown>] as const),
    ...cell.pools.map(({ id }) => [names.waiting(id), EVENT_TYPES.classified as EventType<unknown>] as const),
    ...cell.borders.map((to) => [names.border(to), EVENT_TYPES.border as EventType<unknown>] as const),
  ]);
  return types.get(topic);
}
