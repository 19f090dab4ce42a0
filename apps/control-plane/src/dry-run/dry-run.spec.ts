import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReceiptClaims } from '@bailiwick/receipt';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { statementOf, type Statement, type StatedThing } from '../publish/statements.js';
import { MESH, TERMS, type Kind } from '../terms/thing.js';
import { dryRun, rulesOf } from './dry-run.js';

const INFRA = join(import.meta.dirname, '../../../../infra');
const acknowledgement = { name: 'M', at: '2026-11-01T10:00:00.000Z', textDigest: '0'.repeat(64) };
const state = (kind: Kind, scope: string, id: string, version: number, terms: unknown): Statement[] => {
  const body = terms === null ? null : TERMS[kind].parse(terms);
  const thing: StatedThing = { kind, scope, id, version, body };
  return [statementOf(thing, { acknowledgement })].filter((made) => made !== null);
};

const {
  profile: { tenant: _, version: __, ...profile },
} = parse(readFileSync(join(INFRA, 'tenants/atlas.yaml'), 'utf8')) as { profile: Record<string, unknown> };
const { purpose: triage } = parse(readFileSync(join(INFRA, 'purposes/case-triage.yaml'), 'utf8')) as {
  purpose: Record<string, unknown>;
};
const { id: ___, version: ____, ...purpose } = triage;
const pool = {
  jurisdiction: 'eu',
  region: 'eu-central',
  dedicatedTo: null,
  models: ['triage-small'],
  publicKey: 'k'.repeat(43),
};
const NOW = [
  ...state('pool', MESH, 'eu-shared', 1, pool),
  ...state('profile', 'atlas', 'atlas', 1, profile),
  ...state('purpose', 'atlas', 'case-triage', 1, purpose),
];

const receipt = (event: string, categories: readonly string[] = ['contact']): ReceiptClaims => ({
  jti: event,
  iss: 'spiffe://bailiwick.local/eu-central/residency-router',
  iat: 0,
  exp: 300,
  event,
  tenant: 'atlas',
  purpose: 'case-triage',
  purposeVersion: 1,
  outcome: 'allow',
  reasons: ['home-pool'],
  from: { region: 'eu-central', jurisdiction: 'eu' },
  to: { region: 'eu-central', jurisdiction: 'eu' },
  pool: 'eu-shared',
  basis: 'none-needed',
  profileVersion: 1,
  policyDigest: 'd',
  payloadDigest: 'A'.repeat(43),
  labels: { highestSensitivity: 'Confidential', categories: [...categories] },
});
const PAST = [receipt('evt_1'), receipt('evt_2')];
const tried = (...changed: readonly Statement[]) =>
  dryRun(PAST, rulesOf(NOW), rulesOf([...NOW, ...changed]), Date.parse('2026-11-23T10:00:00Z'));

test('O2 a change that alters no decision says so', () => {
  expect(tried()).toEqual({ decided: 2, otherwise: [] });
  expect(tried(...state('purpose', 'atlas', 'case-triage', 2, purpose))).toEqual({
    decided: 2,
    otherwise: [],
  });
});

test('O2 each decision that would come out otherwise is named, before and after, with its reasons', () => {
  const text =
    '@id("stop") @sentence("Nothing is answered.") @source("§ 3") forbid (principal, action, resource);';
  const { otherwise } = tried(...state('policy', 'atlas', 'atlas', 1, { text }));
  expect(otherwise).toMatchObject([
    {
      event: 'evt_1',
      before: { outcome: 'allow', pool: 'eu-shared' },
      after: { reasons: ['tenant-policy'] },
    },
    { event: 'evt_2' },
  ]);
});

test.each<[string, Statement[], string]>([
  ['a pool that is retired', state('pool', MESH, 'eu-shared', 2, null), 'no-pool'],
  [
    'a profile that is isolated',
    state('profile', 'atlas', 'atlas', 2, { ...profile, isolation: 'dedicated' }),
    'dedicated-only',
  ],
  ['a purpose that is retired', state('purpose', 'atlas', 'case-triage', 2, null), 'no-purpose'],
])('%s holds what it held no record of before', (_what, changed, reason) => {
  const { otherwise } = tried(...changed);
  expect(otherwise).toHaveLength(2);
  for (const { after } of otherwise) expect(after.reasons).toContain(reason);
});
