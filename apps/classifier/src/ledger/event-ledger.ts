import { coalesce, databaseError, migrate } from '@bailiwick/platform';
import type pg from 'pg';

/** Where a delivery of an event lies. */
export interface Delivery {
  readonly eventId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

interface Row {
  readonly event_id: string;
  readonly topic: string;
  readonly partition: number;
  readonly position: string;
}

/** Statements of each version of the schema `classifier`, applied in order and never changed afterwards. */
const MIGRATIONS = [
  `CREATE TABLE classifier.event (
     event_id text PRIMARY KEY,
     topic text NOT NULL,
     partition integer NOT NULL,
     position bigint NOT NULL,
     seen_at timestamptz NOT NULL DEFAULT now()
   )`,
  // Rows come in the order of their times, so that an index of ranges finds the old ones and costs a claim nothing.
  `CREATE INDEX event_seen_at ON classifier.event USING brin (seen_at)`,
];

/** Rows go in sorted, so that two processes that meet the same events never wait for each other in a circle. */
const CLAIM = `INSERT INTO classifier.event (event_id, topic, partition, position)
  SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[]) ON CONFLICT DO NOTHING
  RETURNING event_id, topic, partition, position`;
const FIND =
  'SELECT event_id, topic, partition, position FROM classifier.event WHERE event_id = ANY ($1::text[])';

/**
 * Remembers which delivery of each event came first. A claim is made before the record's transaction and never
 * taken back: when that transaction is lost in a crash, the same delivery is read again, finds its own coordinates
 * here, and goes on. Any other delivery of the event is a repetition, until its row is as old as `classifier.event` is kept.
 */
export class EventLedger {
  private constructor(private readonly database: pg.Pool) {}

  /** Brings the schema up to date and opens the ledger. */
  static async open(database: pg.Pool): Promise<EventLedger> {
    await migrate(database, 'classifier', MIGRATIONS);
    return new EventLedger(database);
  }

  /** True when this delivery of its event is the first one; asked together, all share one round trip. */
  readonly isFirst = coalesce<Delivery, boolean>(async (deliveries) => {
    try {
      const firsts = new Map<string, Row>();
      const remember = (rows: readonly Row[]): void => {
        for (const row of rows) firsts.set(row.event_id, row);
      };
      const sorted = deliveries.toSorted((a, b) => compare(a.eventId, b.eventId));
      const claimed = await this.database.query<Row>(CLAIM, [
        sorted.map(({ eventId }) => eventId),
        sorted.map(({ topic }) => topic),
        sorted.map(({ partition }) => partition),
        sorted.map(({ offset }) => offset.toString()),
      ]);
      remember(claimed.rows);
      const known = new Set(sorted.map(({ eventId }) => eventId).filter((eventId) => !firsts.has(eventId)));
      if (known.size > 0) remember((await this.database.query<Row>(FIND, [[...known]])).rows);
      return deliveries.map((delivery) => isSame(firsts.get(delivery.eventId), delivery));
    } catch (thrown) {
      throw databaseError(thrown);
    }
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const isSame = (first: Row | undefined, { topic, partition, offset }: Delivery): boolean =>
  first?.topic === topic && first.partition === partition && first.position === offset.toString();
