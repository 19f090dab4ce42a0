import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PurposeTerms } from '../terms/thing.js';
import { PULL, WRITE_BACK, judge, type CredentialRequest, type JudgedBy } from './judge.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-23T10:00:00Z');
const TERMS = {
  kind: 'generic-http',
  tokenEndpoint: 'https://crm.example/token',
  revocationEndpoint: 'https://crm.example/revoke',
  clientId: 'app',
  audience: 'https://crm.example',
  user: 'integration@atlas.example',
} as const;
const ORG = { ...TERMS, kind: 'salesforce', reads: ['Case'] } as const;
const FILE = join(import.meta.dirname, '../../../../infra/purposes/case-triage.yaml');
const {
  id: _id,
  version: _version,
  ...body
} = (
  parse(readFileSync(FILE, 'utf8')) as {
    purpose: Record<string, unknown>;
  }
).purpose;
const PURPOSE = PurposeTerms.parse(body);
const ASKED: CredentialRequest = {
  type: WRITE_BACK,
  tenant: 'atlas',
  cell: 'eu-central',
  purpose: 'case-triage',
  object: 'Case',
};

const RECEIPT = { tenant: 'atlas', purpose: 'case-triage', outcome: 'allow', iat: NOW / 1000 } as const;

/** A book in which everything is in order, but for what is said. */
function by(wrong: { acknowledged?: boolean; connection?: boolean } = {}): JudgedBy {
  const things: Readonly<Record<string, unknown>> = {
    'purpose/atlas/case-triage': PURPOSE,
    ...(wrong.connection !== false && {
      'connection/atlas/sample-crm': TERMS,
      'connection/atlas/org': ORG,
    }),
  };
  const book = {
    latest: (kind: string, scope: string, id: string) => ({ body: things[`${kind}/${scope}/${id}`] ?? null }),
    profile: (tenant: string) =>
      tenant === 'atlas'
        ? {
            inForce: { body: { homeRegion: 'eu-central' } },
            acknowledgement: wrong.acknowledged === false ? null : {},
          }
        : undefined,
  } as unknown as JudgedBy['book'];
  return { book, client: { region: 'eu-central', workload: 'writeback' }, receipt: RECEIPT, now: NOW };
}

const as = (region: string, workload: string): JudgedBy => ({ ...by(), client: { region, workload } });

test('F5 what is in order is minted, through the connection that the purpose writes to', () => {
  expect(judge(ASKED, by())).toEqual({ kind: 'mint', connection: 'sample-crm', terms: TERMS });
});

test('F5 a request that differs in anything from what is in force is refused', () => {
  const names = [
    'atlas',
    'harbor',
    'eu-central',
    'us-east',
    'case-triage',
    'case-digest',
    'Case',
    'Account',
    '',
  ];
  const name = fc.constantFrom(...names);
  const request = fc.record({
    type: fc.constant(WRITE_BACK),
    tenant: name,
    cell: name,
    purpose: name,
    object: name,
  });
  fc.assert(
    fc.property(request, name, (asked, region) => {
      const same = JSON.stringify(asked) === JSON.stringify(ASKED) && region === 'eu-central';
      expect(judge(asked, { ...by(), client: { region, workload: 'writeback' } }).kind).toBe(
        same ? 'mint' : 'refuse',
      );
    }),
  );
});

test.each<[string, JudgedBy, string, boolean]>([
  ['another cell’s client', as('us-east', 'writeback'), 'wrong-cell', true],
  ['a client that reads', as('eu-central', 'ingest'), 'credential-refused', false],
  ['no decision', { ...by(), receipt: null }, 'receipt-other-event', false],
  ['a tenant without acknowledged profile', by({ acknowledged: false }), 'profile-not-acknowledged', false],
  ['a CRM that the tenant has not', by({ connection: false }), 'connection-unknown', false],
  [
    'a decision that held',
    { ...by(), receipt: { ...RECEIPT, outcome: 'hold' } },
    'receipt-other-event',
    false,
  ],
  [
    'another tenant’s decision',
    { ...by(), receipt: { ...RECEIPT, tenant: 'harbor' } },
    'receipt-other-event',
    false,
  ],
  ['a decision of long ago', { ...by(), now: NOW + 98 * DAY_MS }, 'receipt-expired', false],
])('F5 %s is refused', (_case, judged, code, foreign) => {
  expect(judge(ASKED, judged)).toMatchObject({ kind: 'refuse', code, foreign });
});

test('F5 a decision counts for as long as what is held is kept', () => {
  expect(judge(ASKED, { ...by(), now: NOW + 96 * DAY_MS }).kind).toBe('mint');
});

const READING: CredentialRequest = { ...ASKED, type: PULL, connection: 'org' };
const reader = { ...as('eu-central', 'ingest'), receipt: null };

test('F5 to read, nothing but what the connection says is lent, and to ingest of the home cell only', () => {
  expect(judge(READING, reader)).toEqual({ kind: 'mint', connection: 'org', terms: ORG });
  const wrong: readonly [CredentialRequest, JudgedBy, string][] = [
    [{ ...READING, object: 'Account' }, reader, 'credential-refused'],
    [{ ...READING, connection: 'sample-crm' }, reader, 'credential-refused'],
    [{ ...READING, connection: 'none' }, reader, 'connection-unknown'],
    [{ ...READING, purpose: 'none' }, reader, 'purpose-unknown'],
    [{ ...READING, tenant: 'harbor' }, reader, 'tenant-unknown'],
    [READING, as('eu-central', 'writeback'), 'credential-refused'],
    [READING, as('us-east', 'ingest'), 'wrong-cell'],
    [READING, { ...reader, book: by({ acknowledged: false }).book }, 'profile-not-acknowledged'],
  ];
  for (const [asked, judged, code] of wrong)
    expect(judge(asked, judged)).toMatchObject({ kind: 'refuse', code });
});
