import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Db } from '../db.js';
import { Statements } from '../publish/statements.js';
import { MESH } from '../terms/thing.js';
import { Book } from './book.js';

interface Row {
  readonly seq: string;
  readonly what: 'version' | 'acknowledgement';
  readonly scope: string;
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly body: unknown;
  readonly change_id: string;
  readonly at: Date;
}

/** What the store's one query answers, from rows that only ever grow. */
const storeOf = (rows: readonly Row[]): Db =>
  ({
    query: async (_sql: string, [seq]: [number]) => ({ rows: rows.filter((row) => Number(row.seq) > seq) }),
  }) as unknown as Db;

const terms = (contractReference: string) => ({
  homeJurisdiction: 'eu',
  homeRegion: 'eu-central',
  permitted: [],
  isolation: 'shared',
  contractReference,
  retention: { records: 1, held: 1, lineage: 1 },
  incidentContacts: [{ name: 'A', email: 'a@x.example' }],
});
const base = { scope: 'atlas', kind: 'profile', id: 'atlas', change_id: 'chg_x', at: new Date(0) };

type Event = { readonly kind: 'version' } | { readonly kind: 'acknowledge' } | { readonly kind: 'withdraw' };

/** Rows of a life: each acknowledgement is of the newest version, as the control-plane makes them. */
function rowsOf(events: readonly Event[]): readonly Row[] {
  let version = 0;
  const rows: Row[] = [];
  for (const { kind } of [{ kind: 'version' as const }, ...events]) {
    const seq = String(rows.length + 1);
    if (kind === 'version')
      rows.push({ ...base, seq, what: 'version', version: ++version, body: terms(`C${version}`) });
    else {
      const body = { text: 't', textDigest: 'd', name: 'M', at: 'now', withdrawn: kind === 'withdraw' };
      rows.push({ ...base, seq, what: 'acknowledgement', version, body });
    }
  }
  return rows;
}

const life = fc.array(
  fc.record({ kind: fc.constantFrom('version' as const, 'acknowledge' as const, 'withdraw' as const) }),
  { maxLength: 12 },
);

describe('F7 the profile in force', () => {
  test('is the newest acknowledged version, and after a withdrawal is acknowledged by nobody', async () => {
    await fc.assert(
      fc.asyncProperty(life, async (events) => {
        const rows = rowsOf(events);
        const book = new Book();
        await book.refresh(storeOf(rows));
        const newest = rows.filter(({ what }) => what === 'version').length;
        const withdrawn = rows.findLastIndex(
          ({ body }) => (body as { withdrawn?: boolean }).withdrawn === true,
        );
        const held = rows.slice(withdrawn + 1).findLast(({ what }) => what === 'acknowledgement')?.version;
        const standing = book.profile('atlas');
        expect(standing?.inForce.version).toBe(held ?? newest);
        expect(standing?.acknowledgement === null).toBe(held === undefined);
        expect(standing?.awaiting?.version ?? newest).toBe(newest);
      }),
    );
  });

  test('does not depend on how often and when the store is read', async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.array(fc.nat(13)), async (events, stops) => {
        const rows = rowsOf(events);
        const [once, often] = [new Book(), new Book()];
        await once.refresh(storeOf(rows));
        for (const stop of stops.toSorted((a, b) => a - b)) await often.refresh(storeOf(rows.slice(0, stop)));
        await Promise.all([often.refresh(storeOf(rows)), often.refresh(storeOf(rows))]);
        expect(often.profile('atlas')).toEqual(once.profile('atlas'));
        expect(often.seq).toBe(once.seq);
      }),
    );
  });
});

test('what has not changed is the same statement as before, and what has is another', async () => {
  const publicKey = 'A'.repeat(43);
  const pool = { jurisdiction: 'eu', region: 'eu-central', dedicatedTo: null, models: ['m'], publicKey };
  const rows: Row[] = [
    ...rowsOf([]),
    {
      ...base,
      seq: '2',
      what: 'version',
      scope: MESH,
      kind: 'pool',
      id: 'eu-shared',
      version: 1,
      body: pool,
    },
  ];
  const book = new Book();
  const statements = new Statements(book);
  await book.refresh(storeOf(rows));
  const [poolBefore, profileBefore] = statements.all();
  rows.push({ ...rowsOf([{ kind: 'acknowledge' }])[1]!, seq: '3' });
  await book.refresh(storeOf(rows));
  const [poolAfter, profileAfter] = statements.all();
  expect(poolAfter).toBe(poolBefore);
  expect(profileAfter).not.toBe(profileBefore);
  expect(profileAfter?.body).toMatchObject({ acknowledgement: { by: 'M' } });
});
