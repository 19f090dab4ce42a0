import { EVENT_TYPES, topicNames } from '@bailiwick/contracts';
import { emit } from '@bailiwick/kafka';
import { audit } from '../audit/audit.js';
import type { Waiting } from '../audit/cell-outbox.js';
import type { Db } from '../db.js';
import { PULL, type CredentialRequest } from './judge.js';

/** A credential that was minted. */
export interface Mint {
  /** Id of the token or lease. */
  readonly id: string;
  readonly request: CredentialRequest;
  readonly connection: string;
  /** SPIFFE id of the service that has it. */
  readonly client: string;
  /** Record for whose answer it is; empty for reading. */
  readonly event: string;
  /** Token by which a lease was asked for; null for a token. */
  readonly token: string | null;
  /** For how long it is good. */
  readonly seconds: number;
}

/**
 * Records a credential in the transaction that mints it, before anybody has it: in the tenant's audit, and for the lineage of the cell, which
 * makes a fact of it.
 */
export async function recordMint(
  db: Db,
  { id, request, connection, client, event, token, seconds }: Mint,
): Promise<void> {
  const { tenant, cell, purpose, object, type } = request;
  const what = type === PULL ? `${purpose}: reading ${object}` : `${purpose} of ${event}: ${object}`;
  await audit(db, {
    scope: tenant,
    subject: client,
    act: token === null ? 'credential.mint' : 'lease.mint',
    target: id,
    detail: `${what} through ${connection} from ${cell}, ${seconds} s`,
  });
  await db.query(
    `INSERT INTO control.mint (mint_id, region, tenant, purpose, object, event, connection, client, token_id, seconds)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, cell, tenant, purpose, object, event, connection, client, token, seconds],
  );
}

interface Row {
  readonly mint_id: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly object: string;
  readonly event: string;
  readonly connection: string;
  readonly client: string;
  readonly token_id: string | null;
  readonly seconds: number;
  readonly at: Date;
}

/** Mints on their way to the cells. */
export const MINTS: Waiting<Row> = {
  table: 'control.mint',
  written: ({ mint_id: id, tenant, purpose, object, at, token_id: token, ...row }, { jurisdiction }) => {
    const { event, connection, client, seconds } = row;
    const form = token === null ? 'token' : 'lease';
    const mint = { form, event, connection, client, token: token ?? '', seconds };
    const message = { id, tenant, purpose, object, at, mint };
    return {
      attributes: { eventId: id, tenant, purpose, object, subject: '' },
      classification: 'Internal',
      outcomes: [
        emit({ topic: topicNames(jurisdiction).minted, type: EVENT_TYPES.minted, message, fact: null }),
      ],
      traceparent: null,
    };
  },
};
