import { Fact } from '@bailiwick/contracts';
import { coalesce, inTransaction } from '@bailiwick/platform';
import type { Pool, PoolClient } from 'pg';
import { insertTransfers } from '../transfers/transfer-ledger.js';
import { Summary, merge, summaryOf, type LocatedFact } from './summary.js';

/** Facts written in one statement, at most. */
const LARGEST_BATCH = 500;

/** Facts and the summaries of their events, in the cell's database. Recording a fact again changes nothing. */
export class FactLedger {
  /**
   * Records one fact and gives the summary of its event afterwards. Calls that come together share one database
   * transaction. Throws `database-unavailable`.
   */
  readonly record: (fact: LocatedFact) => Promise<Summary>;

  constructor(private readonly database: Pool) {
    this.record = coalesce((facts) => this.#recordAll(facts), LARGEST_BATCH);
  }

  async #recordAll(facts: readonly LocatedFact[]): Promise<readonly Summary[]> {
    const summaries = await inTransaction(this.database, async (client) => {
      await lockPartitions(client, facts);
      await insertFacts(client, facts);
      await insertTransfers(client, facts);
      return mergeSummaries(client, facts);
    });
    return facts.map(({ fact }) => summaries.get(fact.eventId) as Summary);
  }
}

/** All facts of an event lie in one partition, so nobody else merges these summaries meanwhile. */
async function lockPartitions(client: PoolClient, facts: readonly LocatedFact[]): Promise<void> {
  const partitions = [...new Set(facts.map(({ partition }) => partition))].toSorted((a, b) => a - b);
  await client.query(
    `SELECT pg_advisory_xact_lock(hashtext('lineage'), partition) FROM unnest($1::int[]) AS partition`,
    [partitions],
  );
}

async function insertFacts(client: PoolClient, facts: readonly LocatedFact[]): Promise<void> {
  await client.query(
    `INSERT INTO lineage.fact (fact_id, event_id, tenant, kind, at, partition, seq, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::bigint[], $8::bytea[])
     ON CONFLICT (fact_id) DO NOTHING`,
    [
      facts.map(({ fact }) => fact.factId),
      facts.map(({ fact }) => fact.eventId),
      facts.map(({ fact }) => fact.tenant),
      facts.map(({ fact }) => fact.kind),
      facts.map(({ fact }) => fact.at ?? new Date(0)),
      facts.map(({ partition }) => partition),
      facts.map(({ place }) => place.toString()),
      facts.map(({ fact }) => Buffer.from(Fact.encode(fact).finish())),
    ],
  );
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
  await client.query(
    `INSERT INTO lineage.event (event_id, summary)
     SELECT event_id, summary::jsonb FROM unnest($1::text[], $2::text[]) AS merged (event_id, summary)
     ON CONFLICT (event_id) DO UPDATE SET summary = excluded.summary`,
    [[...summaries.keys()], [...summaries.values()].map((summary) => JSON.stringify(summary))],
  );
  return summaries;
}
