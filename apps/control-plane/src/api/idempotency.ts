import { createHash } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import type { Db } from '../db.js';

/** An answer as it was sent. */
export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that carries an `Idempotency-Key`. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
export interface KeyedRequest {
  readonly subject: string;
  readonly key: string;
  readonly path: string;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
}

const digestOf = ({ path, body, ifMatch }: KeyedRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([path, body, ifMatch ?? null]))
    .digest('hex');

/**
 * Does the work once for a key of a caller: the same request again gets the answer that was sent, from the same
 * transaction that did the work. Throws `idempotency-key-reused` for another request under the same key.
 */
export async function once(db: Db, request: KeyedRequest, work: () => Promise<Sent>): Promise<Sent> {
  const { subject, key } = request;
  // Two at the same time: the second waits for the first to commit.
  await db.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`idempotency/${subject}/${key}`]);
  const { rows } = await db.query<Sent & { request_digest: string }>(
    'SELECT request_digest, status, headers, body FROM control.idempotency WHERE subject = $1 AND key = $2',
    [subject, key],
  );
  const digest = digestOf(request);
  const [before] = rows;
  if (before && before.request_digest !== digest)
    throw new BailiwickError('idempotency-key-reused', 'another request was sent under this Idempotency-Key');
  if (before) return { status: before.status, headers: before.headers, body: before.body };
  const sent = await work();
  await db.query(
    'INSERT INTO control.idempotency (subject, key, request_digest, status, headers, body) VALUES ($1, $2, $3, $4, $5, $6)',
    [subject, key, digest, sent.status, sent.headers, sent.body],
  );
  return sent;
}
