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

/** Rows that say nothing of who somebody is, and are kept. */
const kept = (name: string, owner: Table['owner'], purpose: string): Table => ({
  name,
  owner,
  purpose,
  erasure: 'nothing-personal',
  retentionMs: null,
});

/** Tables of a cell's database that grow with records; those of versions and heads are left out. */
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
  kept('custody.tenant_key', 'custody', 'Keys of tenants, each wrapped by a secret outside the database.'),
  kept('custody.shelf', 'custody', 'Which secret wraps the keys of which data subjects.'),
  kept('custody.erasure', 'custody', 'What was erased, by pseudonyms.'),
  {
    name: 'writeback.ledger',
    owner: 'writeback',
    purpose: 'Which answers were written to the CRM.',
    erasure: 'nothing-personal',
    retentionMs: 14 * DAY,
  },
  kept(
    'classifier.event',
    'classifier',
    'Ids of events: a push that is repeated in a year is a repetition still.',
  ),
  kept('router.command', 'residency-router', 'Which command settled a kept record.'),
  kept('ingest.day', 'ingest', 'Records of a tenant and day, counted.'),
  kept('ingest.tokens', 'ingest', 'Tokens of a tenant, purpose and day, counted.'),
  {
    name: 'ingest.counted',
    owner: 'ingest',
    purpose: 'Answers whose tokens were counted.',
    erasure: 'nothing-personal',
    retentionMs: 2 * DAY,
  },
  kept('lineage.fact', 'lineage', 'Facts, as the log has them: that is never shortened.'),
  kept('lineage.event', 'lineage', 'A summary of each event.'),
  kept('lineage.violation', 'lineage', 'Attempts at what is forbidden.'),
  kept('lineage.transfer', 'lineage', 'The transfer register.'),
];
