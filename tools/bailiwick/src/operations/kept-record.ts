import { EVENT_TYPES, SERVICES, fromHeaders, topicNames } from '@bailiwick/contracts';
import { kafkaError, readTopic, type PlacedRecord } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { StackCell } from '../stack/stack-file.js';

/** How a record is kept back: not lawful yet, or broken. */
export type Keeping = 'held' | 'dead-letter';

/** A record that waits for an operator. What it holds stays sealed. */
export interface KeptRecord {
  readonly region: string;
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly subject: string;
  /** Service that keeps it, and why. */
  readonly service: string;
  readonly reason: string;
  readonly detail: string;
  readonly since: string;
  /** Where it is kept. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** Which records are asked for. */
export interface KeptFilter {
  readonly tenant?: string;
  readonly reason?: string;
}

/**
 * What waits in a cell, oldest first: the newest record of each event that no command, but for refused ones, has settled. Read from the topics
 * themselves, as the auditor. Throws with exit code 4 when the broker does not answer.
 */
export async function keptIn(
  cell: StackCell,
  keeping: Keeping,
  { tenant, reason }: KeptFilter = {},
): Promise<readonly KeptRecord[]> {
  const names = topicNames(cell.jurisdiction);
  const deadletters = SERVICES.filter((service) => !['ingest', 'control-plane'].includes(service));
  const topics = keeping === 'held' ? [names.held] : deadletters.map(names.deadletter);
  const auditor = clusterAs('auditor', cell);
  const read = (topic: string): Promise<readonly PlacedRecord[]> =>
    readTopic(auditor, topic).catch((thrown: unknown) => {
      const { detail } = BailiwickError.from(kafkaError(thrown, [topic]));
      throw new CliError(EXIT.unavailable, `${cell.region}: ${detail}`);
    });
  const refused = new Set(
    (await read(names.deadletter('residency-router'))).flatMap(({ message: { value } }) => {
      const letter = value && EVENT_TYPES.deadLetter.decode(value);
      return letter?.topic === names.command ? [`${letter.partition}/${letter.offset}`] : [];
    }),
  );
  const settled = new Set(
    (await read(names.command)).flatMap(({ partition, message: { value, offset } }) => {
      const command = value && EVENT_TYPES.command.decode(value);
      if (!command || refused.has(`${partition}/${offset}`)) return [];
      return [`${command.topic}/${command.partition}/${command.offset}`];
    }),
  );
  const newest = new Map<string, KeptRecord>();
  for (const topic of topics)
    for (const placed of await read(topic)) {
      const kept = keptRecord(cell.region, topic, placed);
      if (!kept || settled.has(`${topic}/${kept.partition}/${kept.offset}`)) continue;
      if (tenant !== undefined && kept.tenant !== tenant) continue;
      if (reason !== undefined && kept.reason !== reason) continue;
      const key = kept.eventId === '' ? `${topic}/${kept.partition}/${kept.offset}` : kept.eventId;
      if ((newest.get(key)?.since ?? '') <= kept.since) newest.set(key, kept);
    }
  return [...newest.values()].toSorted((a, b) => (a.since < b.since ? -1 : 1));
}

function keptRecord(region: string, topic: string, { partition, message }: PlacedRecord): KeptRecord | null {
  const event = fromHeaders(message.headers);
  if ('missing' in event || !message.value) return null;
  const place = { region, topic, partition, offset: message.offset };
  const { purpose, subject } = event;
  if (event.type === EVENT_TYPES.held.type) {
    const { eventId, tenant, service, reason, detail, heldAt } = EVENT_TYPES.held.decode(message.value);
    const since = (heldAt ?? new Date(0)).toISOString();
    return { ...place, eventId, tenant, purpose, subject, service, reason, detail, since };
  }
  const { eventId, tenant, service, code, at } = EVENT_TYPES.deadLetter.decode(message.value);
  const since = (at ?? new Date(0)).toISOString();
  return { ...place, eventId, tenant, purpose, subject, service, reason: code, detail: '', since };
}
