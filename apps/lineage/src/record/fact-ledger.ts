import { coalesce, inTransaction } from '@bailiwick/platform';
import type { Pool, PoolClient } from 'pg';
import type { Appended, LogLedger } from '../log/log-ledger.js';
import { insertTransfers } from '../transfers/transfer-ledger.js';
import { Summary, merge, summaryOf, type LocatedFact } from './summary.js';

/** Facts written in one statement, at most. */
const LARGEST_BATCH = 2000;
/** Transactions at once, each of partitions of its own: one makes its rows ready while the database works on the other. */
const LINES = 2;
/** Facts of something else than a record: entries of the log like all, of an event that nobody lists. */
const NO_RECORDS: ReadonlySet<string> = new Set(['erased', 'minted']);

/** Facts, the summaries of their events and their entries in the log, in the cell's database. Recording a fact again changes nothing. */
export class FactLedger {
  readonly #lines: readonly ((fact: LocatedFact) => Promise<Summary>)[];

  constructor(
    private readonly database: Pool,
    private readonly log: Pick<LogLedger, 'append' | 'committed'>,
  ) {
    this.#lines = Array.from({ length: LINES }, () =>
      coalesce((facts: readonly LocatedFact[]) => this.#recordAll(facts), LARGEST_BATCH),
    );
  }

  /**
   * Records one fact and gives the summary of its event afterwards. Calls that come together share one database
   * transaction. Throws `database-unavailable`.
   */
  record(fact: LocatedFact): Promise<Summary> {
    const line = this.#lines[fact.partition % LINES];
    if (!line) throw new RangeError(`no partition ${fact.partition}`);
    return line(fact);
  }

  async #recordAll(facts: readonly LocatedFact[]): Promise<readonly Summary[]> {
    let logged: readonly Appended[] = [];
    const summaries = await inTransaction(this.database, async (client) => {
      await lockPartitions(client, facts);
      const unknown = await withoutKnown(client, facts);
      await insertTransfers(client, unknown);
      const merged = await mergeSummaries(client, facts);
      // Last, because whoever appends holds the head of the log for all partitions.
      if (unknown.length > 0) logged = await this.#insertFacts(client, unknown);
      return merged;
    });
    this.log.committed(logged);
    return facts.map(({ fact }) => summaries.get(fact.eventId) as Summary);
  }

  async #insertFacts(client: PoolClient, facts: readonly LocatedFact[]): Promise<readonly Appended[]> {
    const logged = await this.log.append(
      client,
      facts.map(({ fact }) => fact),
    );
    // Entries go as one buffer, which is sent as it is; an array of them would be written in hexadecimal digits.
    const ends = endsOf(logged.map(({ entry }) => entry));
    await client.query(
      `INSERT INTO lineage.fact (fact_id, event_id, tenant, kind, at, partition, seq, log_index, entry, body)
       SELECT fact_id, event_id, tenant, kind, at, partition, seq, log_index,
         substring($9::bytea FROM ends - length + 1 FOR length), body
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::bigint[], $8::bigint[],
         $10::int[], $11::int[], $12::bytea[])
         AS logged (fact_id, event_id, tenant, kind, at, partition, seq, log_index, ends, length, body)`,
      [
        facts.map(({ fact }) => fact.factId),
        facts.map(({ fact }) => fact.eventId),
        facts.map(({ fact }) => fact.tenant),
        facts.map(({ fact }) => fact.kind),
        facts.map(({ fact }) => fact.at ?? new Date(0)),
        facts.map(({ partition }) => partition),
        facts.map(({ place }) => place.toString()),
        logged.map(({ index }) => index),
        Buffer.concat(logged.map(({ entry }) => entry)),
        ends,
        logged.map(({ entry }) => entry.length),
        logged.map(({ body }) => body),
      ],
    );
    return logged;
  }
}

/** Where each of the parts ends when they are put one behind the other. */
function endsOf(parts: readonly Uint8Array[]): readonly number[] {
  let end = 0;
  return parts.map(({ length }) => (end += length));
}

/** All facts of an event lie in one partition, so nobody else merges these summaries meanwhile. */
async function lockPartitions(client: PoolClient, facts: readonly LocatedFact[]): Promise<void> {
  const partitions = [...new Set(facts.map(({ partition }) => partition))].toSorted((a, b) => a - b);
  await client.query(
    `SELECT pg_advisory_xact_lock(hashtext('lineage'), partition) FROM unnest($1::int[]) AS partition`,
    [partitions],
  );
}

/** Those of the facts that were not recorded before, each once. */
async function withoutKnown(
  client: PoolClient,
  facts: readonly LocatedFact[],
): Promise<readonly LocatedFact[]> {
  const unknown = new Map(facts.map((located) => [located.fact.factId, located]));
  const { rows } = await client.query<{ fact_id: string }>(
    'SELECT fact_id FROM lineage.fact WHERE fact_id = ANY($1)',
    [[...unknown.keys()]],
  );
  for (const { fact_id } of rows) unknown.delete(fact_id);
  return [...unknown.values()];
}

async function mergeSummaries(
  client: PoolClient,
  facts: readonly LocatedFact[],
): Promise<ReadonlyMap<string, Summary>> {
  const summaries = new Map<string, Summary>();
  const add = (summary: Summary): void => {
    const before = summaries.get(summary.eventId);
    summaries.set(summary.eventId, before ? merge(before, summary) : summary);
  };
  for (const fact of facts) add(summaryOf(fact));
  const { rows } = await client.query<{ summary: unknown }>(
    'SELECT summary FROM lineage.event WHERE event_id = ANY($1)',
    [[...summaries.keys()]],
  );
  for (const row of rows) add(Summary.parse(row.summary));
  const others = new Set(
    facts.flatMap(({ fact: { kind, eventId } }) => (NO_RECORDS.has(kind) ? [eventId] : [])),
  );
  const records = [...summaries.values()].filter(({ eventId }) => !others.has(eventId));
  await client.query(
    `INSERT INTO lineage.event (event_id, summary)
     SELECT event_id, summary::jsonb FROM unnest($1::text[], $2::text[]) AS merged (event_id, summary)
     ON CONFLICT (event_id) DO UPDATE SET summary = excluded.summary`,
    [records.map(({ eventId }) => eventId), records.map((summary) => JSON.stringify(summary))],
  );
  return summaries;
}
