import { coalesce, databaseError, migrate } from '@bailiwick/platform';
import type { Coordinates } from '@bailiwick/kafka';
import type pg from 'pg';

/** Statements of each version of the schema `router`, applied in order and never changed afterwards. */
const MIGRATIONS = [
  `CREATE TABLE router.command (
     kept text PRIMARY KEY,
     command text NOT NULL,
     at timestamptz NOT NULL DEFAULT now()
   );
   COMMENT ON TABLE router.command IS 'Which command settled a kept record; both by topic/partition/offset.'`,
];

const CLAIM = `INSERT INTO router.command (kept, command)
  SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`;
const FIND = 'SELECT kept, command FROM router.command WHERE kept = ANY ($1::text[])';

const placeOf = ({ topic, partition, offset }: Coordinates): string => `${topic}/${partition}/${offset}`;

/**
 * Remembers which command settled a kept record, so that it is released once however often it is asked for. As every ledger here, a
 * claim is made before the transaction and never taken back: the same command after a crash finds its own coordinates.
 */
export class CommandLedger {
  private constructor(private readonly database: pg.Pool) {}

  /** Brings the schema up to date and opens the ledger. */
  static async open(database: pg.Pool): Promise<CommandLedger> {
    await migrate(database, 'router', MIGRATIONS);
    return new CommandLedger(database);
  }

  /** True when the command at `command` is the first about the record kept at `kept`. */
  readonly isFirst = coalesce<{ kept: Coordinates; command: Coordinates }, boolean>(async (asked) => {
    try {
      const pairs = asked.map(({ kept, command }) => [placeOf(kept), placeOf(command)] as const);
      const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
      await this.database.query(CLAIM, [sorted.map(([kept]) => kept), sorted.map(([, command]) => command)]);
      const { rows } = await this.database.query<{ kept: string; command: string }>(FIND, [
        pairs.map(([kept]) => kept),
      ]);
      const first = new Map(rows.map(({ kept, command }) => [kept, command]));
      return pairs.map(([kept, command]) => first.get(kept) === command);
    } catch (thrown) {
      throw databaseError(thrown);
    }
  });
}
