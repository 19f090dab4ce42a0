import type { DecisionFact, Fact } from '@bailiwick/contracts';
import type { PoolClient } from 'pg';
import type { LocatedFact } from '../record/summary.js';

/** A fact that says that a record crossed to another jurisdiction, and on which decision. */
type TransferFact = Fact & { readonly decision: DecisionFact };

/** Only what was allowed to go, went, and left its jurisdiction: cells of one jurisdiction relay without a transfer. */
export const isTransfer = (fact: Fact): fact is TransferFact =>
  fact.kind === 'relayed' &&
  fact.decision?.outcome === 'allow' &&
  fact.decision.fromJurisdiction !== fact.decision.toJurisdiction;

/** Which way a transfer went, seen from the cell that recorded it. */
export const directionOf = ({ jurisdiction, decision }: TransferFact): 'out' | 'in' =>
  jurisdiction === decision.fromJurisdiction ? 'out' : 'in';

/** Enters the transfers among these facts into the register, in the transaction that records the facts. Again changes nothing. */
export async function insertTransfers(client: PoolClient, facts: readonly LocatedFact[]): Promise<void> {
  const transfers = facts.map(({ fact }) => fact).filter(isTransfer);
  if (transfers.length === 0) return;
  await client.query(
    `INSERT INTO lineage.transfer (fact_id, event_id, tenant, purpose, object, subject, at, direction,
       from_jurisdiction, to_jurisdiction, pool, basis, profile_version, receipt, fields)
     SELECT fact_id, event_id, tenant, purpose, object, subject, at, direction,
       from_jurisdiction, to_jurisdiction, pool, basis, profile_version, receipt,
       ARRAY(SELECT jsonb_array_elements_text(fields::jsonb))
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
       $9::text[], $10::text[], $11::text[], $12::text[], $13::int[], $14::text[], $15::text[])
       AS transfer (fact_id, event_id, tenant, purpose, object, subject, at, direction,
         from_jurisdiction, to_jurisdiction, pool, basis, profile_version, receipt, fields)
     ON CONFLICT (fact_id) DO NOTHING`,
    [
      transfers.map(({ factId }) => factId),
      transfers.map(({ eventId }) => eventId),
      transfers.map(({ tenant }) => tenant),
      transfers.map(({ purpose }) => purpose),
      transfers.map(({ object }) => object),
      transfers.map(({ subject }) => subject),
      transfers.map(({ at }) => at ?? new Date(0)),
      transfers.map(directionOf),
      transfers.map(({ decision }) => decision.fromJurisdiction),
      transfers.map(({ decision }) => decision.toJurisdiction),
      transfers.map(({ decision }) => decision.pool),
      transfers.map(({ decision }) => decision.transferBasis),
      transfers.map(({ decision }) => decision.profileVersion),
      transfers.map(({ decision }) => decision.receipt),
      transfers.map(({ fields }) => JSON.stringify(fields.map(({ name }) => name))),
    ],
  );
}
