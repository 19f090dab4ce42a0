import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeployedCell } from './deployed-cell.js';
import { cellSpecs } from './cell-specs.js';
import { readSeed } from './seed.js';
import { textDigest } from '../terms/profile-text.js';
import type { Kind } from '../terms/thing.js';

const INFRA = join(import.meta.dirname, '..', '..', '..', '..', 'infra');
const KEY = 'k'.repeat(43);
const CELLS: readonly DeployedCell[] = [
  {
    region: 'eu-central',
    jurisdiction: 'eu',
    brokers: ['127.0.0.1:9092'],
    ingestHttp: 'http://127.0.0.1:8080',
    ingestGrpc: '127.0.0.1:8081',
    pools: { 'eu-shared': KEY, 'eu-nordlicht': KEY },
  },
  {
    region: 'us-east',
    jurisdiction: 'us',
    brokers: ['127.0.0.1:9093'],
    ingestHttp: 'http://127.0.0.1:8090',
    ingestGrpc: '127.0.0.1:8091',
    pools: { 'us-shared': KEY },
  },
];

const ENTITIES = new Set(
  'PERSON EMAIL_ADDRESS PHONE_NUMBER DATE_OF_BIRTH IBAN_CODE CREDIT_CARD STREET_ADDRESS LOCATION ZIP_CODE'.split(
    ' ',
  ),
);

let seedDir: string;
const read = (cells = CELLS) => readSeed(seedDir, cells, ENTITIES);
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
  const { things } = read();
  const named = (wanted: Kind) =>
    things.filter(({ kind }) => kind === wanted).map(({ scope, id }) => `${scope}/${id}`);
  expect(named('profile')).toEqual([
    'atlas/atlas',
    'harbor/harbor',
    'nordlicht/nordlicht',
    'pending/pending',
  ]);
  expect(named('purpose')).toEqual([
    'nordlicht/assistant',
    'atlas/assistant',
    'harbor/assistant',
    'nordlicht/case-digest',
    'atlas/case-digest',
    'harbor/case-digest',
    'nordlicht/case-search',
    'atlas/case-search',
    'harbor/case-search',
    'nordlicht/case-triage',
    'atlas/case-triage',
    'harbor/case-triage',
    'pending/case-triage',
    'atlas/desk-triage',
  ]);
  expect(named('pool')).toEqual(['*/eu-shared', '*/eu-nordlicht', '*/us-shared']);
  expect(named('catalog')).toEqual(['*/Case', '*/ChatCompletion', '*/Contact', '*/TextEmbedding']);
});

test('an acknowledgement keeps the digest of the exact text, and a tenant without one has none', () => {
  const of = (name: string) => read().acknowledgements.find(({ tenant }) => tenant === name);
  const text =
    "Harbor's records stay in the United States and are answered there. Operators may have records that were held decided on anew.";
  expect(of('harbor')).toMatchObject({ text, textDigest: textDigest(text), version: 1 });
  expect(of('pending')).toBeUndefined();
  const before = of('harbor')?.textDigest;
  edit('tenants/harbor.yaml', 'answered there.', 'answered there!');
  expect(of('harbor')?.textDigest).not.toBe(before);
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
    'retention left out',
    'tenants/nordlicht.yaml',
    '  retention: { records: 7, held: 90, lineage: 365 }\n',
    '',
    'tenants/nordlicht.yaml: profile.retention: ',
  ],
  [
    'a jurisdiction that is permitted twice',
    'tenants/atlas.yaml',
    '  isolation: shared',
    '    - { jurisdiction: us, transferBasis: bcr, documentReference: X, highestSensitivity: Public }\n  isolation: shared',
    'tenants/atlas.yaml: profile.permitted.1.jurisdiction: is permitted twice',
  ],
  [
    'health data without a lawful basis of GDPR Art 9',
    'purposes/case-digest.yaml',
    '    Origin: { action: keep }',
    '    Diagnosis__c: { action: generalise, generalise: band }',
    'purposes/case-digest.yaml: purpose.fields.Diagnosis__c: holds health data: `lawfulBasis` must name a case of GDPR Art 9',
  ],
  [
    'an entity that no detector finds',
    'purposes/case-digest.yaml',
    '  object: Case',
    '  object: Case\n  detection: { entities: [PERSONN] }',
    'purposes/case-digest.yaml: purpose.detection.entities: no detector finds PERSONN',
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
  expect(() => read()).toThrow(expected);
});

test('a pool is founded with its key, which is changed by nobody alone afterwards', () => {
  const pools = read().things.filter(({ kind }) => kind === 'pool');
  expect(pools.map(({ body }) => body)).toEqual(pools.map(() => expect.objectContaining({ publicKey: KEY })));
});

test('a pool without a public key is refused', () => {
  const [eu, us] = CELLS;
  expect(() => read([{ ...eu!, pools: { 'eu-shared': KEY } }, us!])).toThrow(
    'jurisdictions/eu-central.yaml: pools.1: the cells file has no public key of pool eu-nordlicht',
  );
});

test('every problem of all files is named at once', () => {
  edit('tenants/harbor.yaml', 'homeRegion: us-east', 'homeRegion: us-west');
  edit('purposes/case-triage.yaml', 'alias: triage-small', 'alias: triage-huge');
  expect(() => read()).toThrow(/profile\.homeRegion.*purpose\.model\.alias/s);
});

test('a country whose law two jurisdictions say is theirs stops the start', () => {
  expect(cellSpecs(seedDir, CELLS)[0]?.countries).toContain('FR');
  edit('jurisdictions/us-east.yaml', 'countries: [US]', 'countries: [US, FR]');
  expect(() => cellSpecs(seedDir, CELLS)).toThrow(/FR is claimed by eu and us/);
});
