import { createHash } from 'node:crypto';
import { Fact, LogEntry, encodeMessage } from '@bailiwick/contracts';
import { MAX_ENTRY_BYTES } from '@bailiwick/tlog';

/** A fact as the log and the database keep it. */
export interface LoggedFact {
  /** Bytes of the entry. */
  readonly entry: Uint8Array;
  /** Bytes of the fact where they do not fit into the entry; null otherwise. */
  readonly body: Uint8Array | null;
}

/** The entry of a fact that is taken into the log at a time. A fact that is longer than an entry may be is entered by its digest. */
export function logFact(fact: Fact, loggedAt: Date): LoggedFact {
  const bytes = asBuffer(encodeMessage(Fact, fact));
  const entry = encodeMessage(LogEntry, { loggedAt, content: { $case: 'fact', value: bytes } });
  if (entry.length <= MAX_ENTRY_BYTES) return { entry, body: null };
  const { factId, eventId, tenant } = fact;
  const sha256 = createHash('sha256').update(bytes).digest();
  const value = { factId, eventId, tenant, sha256 };
  return {
    entry: encodeMessage(LogEntry, { loggedAt, content: { $case: 'longFact', value } }),
    body: bytes,
  };
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** The fact of a row of `lineage.fact`. */
export function factOf({
  entry,
  body,
}: {
  readonly entry: Uint8Array | null;
  readonly body: Uint8Array | null;
}): Fact {
  if (body) return Fact.decode(body);
  const fact = entry && factIn(entry);
  if (!fact) throw new Error('a row of facts holds neither an entry nor a body');
  return fact;
}

/** The fact in an entry; null when the entry holds only the digest of a long one. */
export function factIn(entry: Uint8Array): Fact | null {
  const { content } = LogEntry.decode(entry);
  return content?.$case === 'fact' ? Fact.decode(content.value) : null;
}
