import { Fact, LogEntry } from '@bailiwick/contracts';

/** What an entry of a log says. */
export interface LoggedFact {
  /** When it was taken into the log. */
  readonly loggedAt: Date;
  /** Null where the entry holds only the digest of a long fact. */
  readonly fact: Fact | null;
  readonly eventId: string;
  readonly tenant: string;
}

/** Reads an entry; null when it is none of Bailiwick's. */
export function readEntry(entry: Uint8Array): LoggedFact | null {
  try {
    const { loggedAt, content } = LogEntry.decode(entry);
    if (!loggedAt || !content) return null;
    if (content.$case === 'longFact') {
      const { eventId, tenant } = content.value;
      return { loggedAt, fact: null, eventId, tenant };
    }
    const fact = Fact.decode(content.value);
    return { loggedAt, fact, eventId: fact.eventId, tenant: fact.tenant };
  } catch {
    return null;
  }
}
