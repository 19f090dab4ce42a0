/** A table of a cell's database that grows with records: what of them is in it, and how long. */
export interface Table {
  /** `schema.table`. */
  readonly name: string;
  /** Service that writes it and ends it. */
  readonly owner: 'ingest' | 'classifier' | 'residency-router' | 'writeback' | 'lineage' | 'custody';
  /** What it is for, in a sentence. */
  readonly purpose: string;
  /** What erasing a data subject does to it: its values open for nobody, its rows go, or it says nothing of who somebody is. */
  readonly erasure: 'key-destroyed' | 'deleted' | 'nothing-personal';
  /** How long a row is kept, in milliseconds; null for ever. */
  readonly retentionMs: number | null;
}

const DAY = 86_400_000;

/** Tables of a cell's database, beside those that only say what is in force. */
export const TABLES: readonly Table[] = [
  {
    name: 'custody.subject_key',
    owner: 'custody',
    purpose: 'Keys of data subjects, each wrapped by a secret outside the database.',
    erasure: 'deleted',
    retentionMs: null,
  },
  {
    name: 'custody.pseudonym',
    owner: 'custody',
    purpose: 'What pseudonyms stand for, sealed to their data subject.',
    erasure: 'deleted',
    retentionMs: null,
  },
  {
    name: 'custody.erasure',
    owner: 'custody',
    purpose: 'What was erased, by pseudonyms.',
    erasure: 'nothing-personal',
    retentionMs: null,
  },
  {
    name: 'writeback.ledger',
    owner: 'writeback',
    purpose: 'Which answers were written to the CRM.',
    erasure: 'nothing-personal',
    retentionMs: 14 * DAY,
  },
];
