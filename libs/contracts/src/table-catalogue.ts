import { LONGEST_KEPT_DAYS } from './longest-kept.js';

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
  /** Column of the time from which it is kept so long; null where rows are not ended by their own age. */
  readonly agedBy: string | null;
}

const DAY = 86_400_000;

/** Rows that say nothing of who somebody is, and are kept. */
const kept = (name: string, owner: Table['owner'], purpose: string): Table => ({
  name,
  owner,
  purpose,
  erasure: 'nothing-personal',
  retentionMs: null,
  agedBy: null,
});

/** Rows that say nothing of who somebody is, and go after so many days. */
const bounded = (
  name: string,
  owner: Table['owner'],
  purpose: string,
  agedBy: string,
  days: number,
): Table => ({ name, owner, purpose, erasure: 'nothing-personal', retentionMs: days * DAY, agedBy });

const ofLineage = (name: string, purpose: string, agedBy: string): Table =>
  bounded(name, 'lineage', purpose, agedBy, LONGEST_KEPT_DAYS.lineage);

/** Tables of a cell's database that grow with records; those of versions and heads are left out. */
export const TABLES: readonly Table[] = [
  {
    name: 'custody.subject_key',
    owner: 'custody',
    purpose: 'Keys of data subjects, each wrapped by a secret outside the database.',
    erasure: 'deleted',
    retentionMs: null,
    agedBy: null,
  },
  {
    name: 'custody.pseudonym',
    owner: 'custody',
    purpose: 'What pseudonyms stand for, sealed to their data subject.',
    erasure: 'deleted',
    retentionMs: null,
    agedBy: null,
  },
  kept('custody.tenant_key', 'custody', 'Keys of tenants, each wrapped by a secret outside the database.'),
  kept('custody.shelf', 'custody', 'Which secret wraps the keys of which data subjects.'),
  kept('custody.erasure', 'custody', 'What was erased, by pseudonyms.'),
  bounded('writeback.ledger', 'writeback', 'Which answers were written to the CRM.', 'changed_at', 14),
  bounded(
    'classifier.event',
    'classifier',
    'Ids of events: a push that is repeated within a year is a repetition still.',
    'seen_at',
    366,
  ),
  bounded('router.command', 'residency-router', 'Which command settled a kept record.', 'at', 366),
  bounded('ingest.day', 'ingest', 'Records of a tenant and day, counted.', 'day', 400),
  bounded('ingest.tokens', 'ingest', 'Tokens of a tenant, purpose and day, counted.', 'day', 400),
  bounded('ingest.counted', 'ingest', 'Answers whose tokens were counted.', 'day', 2),
  {
    name: 'lineage.fact',
    owner: 'lineage',
    purpose:
      'Facts, and the entries of the log: they go together, in bundles of 256 when the last of them is so old.',
    erasure: 'nothing-personal',
    retentionMs: LONGEST_KEPT_DAYS.lineage * DAY,
    agedBy: null,
  },
  ofLineage('lineage.event', 'A summary of each event.', 'listed_at'),
  ofLineage('lineage.violation', 'Attempts at what is forbidden.', 'at'),
  ofLineage('lineage.transfer', 'The transfer register.', 'at'),
];

/** A table of which a row is old some time after a time that it holds, and goes then. */
export interface BoundedTableSpec {
  /** `schema.table`. */
  readonly name: string;
  /** Column of a time, or of a day. */
  readonly agedBy: string;
  /** How long a row is kept, in milliseconds. */
  readonly retentionMs: number;
}

/** The tables that a service has to end. */
export const boundedTablesOf = (owner: Table['owner']): readonly BoundedTableSpec[] =>
  TABLES.flatMap(({ name, owner: of, agedBy, retentionMs }) =>
    of === owner && agedBy !== null && retentionMs !== null ? [{ name, agedBy, retentionMs }] : [],
  );
