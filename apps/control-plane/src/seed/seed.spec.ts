import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeployedCell } from './deployed-cell.js';
import { readSeed } from './seed.js';
import { textDigest } from './tenants.js';

const INFRA = join(import.meta.dirname, '..', '..', '..', '..', 'infra');
const CELLS: readonly DeployedCell[] = [
  {
    region: 'eu-central',
    jurisdiction: 'eu',
    brokers: ['127.0.0.1:9092'],
    ingestHttp: 'http://127.0.0.1:8080',
    ingestGrpc: '127.0.0.1:8081',
    pools: { 'eu-shared': 'a2V5', 'eu-nordlicht': 'a2V5' },
  },
  {
    region: 'us-east',
    jurisdiction: 'us',
    brokers: ['127.0.0.1:9093'],
    ingestHttp: 'http://127.0.0.1:8090',
    ingestGrpc: '127.0.0.1:8091',
    pools: { 'us-shared': 'a2V5' },
  },
];

let seedDir: string;
beforeEach(() => {
  seedDir = mkdtempSync(join(tmpdir(), 'seed-'));
  for (const folder of ['tenants', 'purposes', 'catalog', 'jurisdictions'])
    cpSync(join(INFRA, folder), join(seedDir, folder), { recursive: true });
});
afterEach(() => rmSync(seedDir, { recursive: true, force: true }));

/** Replaces text in one seed file; the text must be there. */
function edit(file: string, from: string, to: string): void {
  const path = join(seedDir, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

test('the sample seed is valid: one profile a tenant, one purpose for each tenant named', () => {
  const seed = readSeed(seedDir, CELLS);
  expect(seed.profiles.map(({ tenant }) => tenant)).toEqual(['atlas', 'harbor', 'nordlicht', 'pending']);
  expect(seed.purposes.map(({ tenant, id }) => `${tenant}/${id}`)).toEqual([
    'nordlicht/case-digest',
    'atlas/case-digest',
    'harbor/case-digest',
    'nordlicht/case-triage',
    'atlas/case-triage',
    'harbor/case-triage',
    'pending/case-triage',
  ]);
  expect(seed.cells.flatMap(({ pools }) => pools.map(({ id, region }) => `${region}/${id}`))).toEqual([
    'eu-central/eu-shared',
    'eu-central/eu-nordlicht',
    'us-east/us-shared',
  ]);
});

test('an acknowledgement keeps the digest of the exact text, and a tenant without one keeps null', () => {
  const { profiles } = readSeed(seedDir, CELLS);
  const of = (name: string) => profiles.find(({ tenant }) => tenant === name)?.acknowledgement;
  expect(of('harbor')?.textDigest).toBe(
    textDigest("Harbor's records stay in the United States and are answered there."),
  );
  expect(of('pending')).toBeNull();
  edit('tenants/harbor.yaml', 'answered there.', 'answered there!');
  expect(readSeed(seedDir, CELLS).profiles[1]?.acknowledgement?.textDigest).not.toBe(
    of('harbor')?.textDigest,
  );
});

test.each([
  [
    'a purpose that names a field which the catalog does not know',
    'purposes/case-triage.yaml',
    '    Origin: { action: keep }',
    '    Orgin: { action: keep }',
    'purposes/case-triage.yaml: purpose.fields.Orgin: the catalog of Case does not know this field',
  ],
  [
    'free text that is kept without a word on personal data inside it',
    'purposes/case-digest.yaml',
    'Subject: { action: keep, inText: mask }',
    'Subject: { action: keep }',
    'purposes/case-digest.yaml: purpose.fields.Subject: holds free text',
  ],
  [
    'a purpose for a tenant that no file describes',
    'purposes/case-digest.yaml',
    'tenants: [nordlicht',
    'tenants: [nordlight',
    'purposes/case-digest.yaml: tenants.0: no file describes tenant nordlight',
  ],
  [
    'a rendering that inserts a field which the purpose drops',
    'purposes/case-triage.yaml',
    'please restart {{Product__c}}',
    'please restart {{IBAN}}',
    'purposes/case-triage.yaml: purpose.output.renderings.reply.templates.technical-steps: the purpose does not name field IBAN',
  ],
  [
    'a write-back of an answer that the model does not give',
    'purposes/case-triage.yaml',
    'Priority: output.priority',
    'Priority: output.urgency',
    'purposes/case-triage.yaml: purpose.writeback.mapping.Priority: there is no output.urgency',
  ],
  [
    'a model that no pool serves',
    'purposes/case-triage.yaml',
    'alias: triage-small',
    'alias: triage-huge',
    'purposes/case-triage.yaml: purpose.model.alias: no pool serves triage-huge',
  ],
  [
    'a permitted jurisdiction without a transfer basis',
    'tenants/atlas.yaml',
    'transferBasis: scc',
    'transferBasis: none',
    'tenants/atlas.yaml: profile.permitted.0.transferBasis: a transfer needs a basis',
  ],
  [
    'an unknown transfer basis',
    'tenants/atlas.yaml',
    'transferBasis: scc',
    'transferBasis: handshake',
    'tenants/atlas.yaml: profile.permitted.0.transferBasis: ',
  ],
  [
    'a home region where no cell runs',
    'tenants/harbor.yaml',
    'homeRegion: us-east',
    'homeRegion: us-west',
    'tenants/harbor.yaml: profile.homeRegion: no cell runs in us-west',
  ],
  [
    'a home region outside the home jurisdiction',
    'tenants/harbor.yaml',
    'homeJurisdiction: us',
    'homeJurisdiction: eu',
    'tenants/harbor.yaml: profile.homeJurisdiction: us-east does not lie there',
  ],
  [
    'residency left out',
    'tenants/nordlicht.yaml',
    '  isolation: dedicated\n',
    '',
    'tenants/nordlicht.yaml: profile.isolation: ',
  ],
  [
    'a file that is not YAML',
    'tenants/pending.yaml',
    '\nprofile:',
    '\nprofile: [',
    'tenants/pending.yaml: is not YAML',
  ],
])('%s is refused, by file and path', (_promise, file, from, to, expected) => {
  edit(file, from, to);
  expect(() => readSeed(seedDir, CELLS)).toThrow(expected);
});

test('a pool without a public key is refused', () => {
  const [eu, us] = CELLS;
  expect(() => readSeed(seedDir, [{ ...eu!, pools: { 'eu-shared': 'a2V5' } }, us!])).toThrow(
    'jurisdictions/eu-central.yaml: pools.1: the cells file has no public key of pool eu-nordlicht',
  );
});

test('every problem of all files is named at once', () => {
  edit('tenants/harbor.yaml', 'homeRegion: us-east', 'homeRegion: us-west');
  edit('purposes/case-triage.yaml', 'alias: triage-small', 'alias: triage-huge');
  expect(() => readSeed(seedDir, CELLS)).toThrow(/profile\.homeRegion.*purpose\.model\.alias/s);
});
