import type { JsonObject } from '@bailiwick/domain';
import { PULLED, WEBHOOK_PURPOSE } from '../sample-tenants.js';
import { sampleCase } from './sample-cases.js';

/** How an event comes to ingest: `pubsub` is pulled, the others are sent. */
export type Transport = 'http' | 'grpc' | 'webhook' | 'pubsub';

/** What must become of an event: answered by a model, held (or denied) with a reason, or refused by ingest. */
export type Expected = 'answered' | 'held' | 'refused';

/** One event that the sample CRM sends. */
export interface SampleEvent {
  readonly tenant: string;
  readonly purpose: string;
  readonly transport: Transport;
  /** The source's own id; the same id again is a duplicate delivery of the same event. */
  readonly sourceId: string;
  readonly object: string;
  readonly recordId: string;
  readonly fields: JsonObject;
  readonly expected: Expected;
}

interface Share {
  readonly tenant: string;
  readonly purpose: string;
  readonly count: number;
  readonly expected: Expected;
}

/** Who sends how much of what in a day. The digest needs a model that only the other jurisdiction's pool serves. */
const SHARES: readonly Share[] = [
  { tenant: 'nordlicht', purpose: 'case-triage', count: 16, expected: 'answered' },
  { tenant: 'nordlicht', purpose: 'case-digest', count: 3, expected: 'held' },
  { tenant: 'atlas', purpose: 'case-triage', count: 14, expected: 'answered' },
  { tenant: 'atlas', purpose: 'case-digest', count: 5, expected: 'answered' },
  { tenant: 'harbor', purpose: 'case-triage', count: 12, expected: 'answered' },
  { tenant: 'harbor', purpose: 'case-digest', count: 4, expected: 'answered' },
  { tenant: 'pending', purpose: 'case-triage', count: 3, expected: 'refused' },
];
/** Every so many events one is delivered a second time, a little later. */
const DUPLICATE_EVERY = 15;

/**
 * The events of one sample day in the order in which they are sent; the same for the same day. Tenants take turns
 * in proportion to their share; a day's ids differ from every other day's.
 */
export function sampleDay(day: string): readonly SampleEvent[] {
  const total = SHARES.reduce((sum, { count }) => sum + count, 0);
  const sent = new Map<Share, number>();
  const events: SampleEvent[] = [];
  for (let n = 0; n < total; n++) {
    const behind = (share: Share): number => (share.count * (n + 1)) / total - (sent.get(share) ?? 0);
    const share = SHARES.toSorted((a, b) => behind(b) - behind(a))[0];
    if (!share) break;
    sent.set(share, (sent.get(share) ?? 0) + 1);
    events.push(makeEvent(day, n, share));
    const repeated = events.at(-4);
    if (n % DUPLICATE_EVERY === DUPLICATE_EVERY - 1 && repeated)
      events.push({ ...repeated, transport: repeated.transport === 'grpc' ? 'http' : repeated.transport });
  }
  return events;
}

const isPulled = ({ tenant, purpose }: Pick<SampleEvent, 'tenant' | 'purpose'>): boolean =>
  tenant === PULLED.tenant && purpose === PULLED.purpose;

function makeEvent(day: string, n: number, { tenant, purpose, expected }: Share): SampleEvent {
  // A webhook is registered for one purpose.
  const transports: readonly Transport[] = [
    'http',
    'grpc',
    'http',
    purpose === WEBHOOK_PURPOSE ? 'webhook' : 'http',
    'grpc',
  ];
  return {
    tenant,
    purpose,
    transport: isPulled({ tenant, purpose }) ? 'pubsub' : (transports[n % transports.length] ?? 'http'),
    sourceId: `${day}-${n}`,
    object: 'Case',
    recordId: `500${tenant.slice(0, 3).toUpperCase()}${String(n % 40).padStart(9, '0')}`,
    fields: sampleCase(n),
    expected,
  };
}
