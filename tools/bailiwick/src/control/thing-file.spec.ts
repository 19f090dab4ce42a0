import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readThings, thingsOf } from './thing-file.js';

const INFRA = join(import.meta.dirname, '../../../../infra');
const named = (things: ReturnType<typeof thingsOf>): readonly string[] =>
  things.map(({ tenant, kind, id }) => `${tenant ?? '*'} ${kind} ${id}`);

test('a folder of the formats of infra/ is read whole', () => {
  expect(named(readThings(join(INFRA, 'tenants')))).toEqual([
    'atlas profile atlas',
    'harbor profile harbor',
    'nordlicht profile nordlicht',
    'pending profile pending',
  ]);
  expect(named(readThings(join(INFRA, 'purposes', 'case-digest.yaml')))).toEqual([
    'nordlicht purpose case-digest',
    'atlas purpose case-digest',
    'harbor purpose case-digest',
  ]);
  expect(named(readThings(join(INFRA, 'jurisdictions', 'us-east.yaml')))).toEqual(['* pool us-shared']);
  expect(named(readThings(join(INFRA, 'catalog')))).toEqual([
    '* catalog Case',
    '* catalog ChatCompletion',
    '* catalog Contact',
    '* catalog TextEmbedding',
  ]);
});

test('a folder that is laid out as infra/ is read by its folders, without the cases of policies', () => {
  const kinds = readThings(INFRA).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['profile', 'purpose', 'pool', 'catalog']));
  expect(kinds.filter((kind) => kind === 'profile')).toHaveLength(4);
});

test('a thing says its terms, without what the control-plane gives it; an acknowledgement is not applied', () => {
  const [profile] = readThings(join(INFRA, 'tenants', 'harbor.yaml'));
  expect(Object.keys(profile?.terms ?? {})).toEqual([
    'homeJurisdiction',
    'homeRegion',
    'permitted',
    'isolation',
    'contractReference',
    'releases',
    'retention',
    'incidentContacts',
  ]);
  expect(thingsOf('p.yaml', 'policy: { tenant: atlas, text: "forbid" }')).toEqual([
    { file: 'p.yaml', tenant: 'atlas', kind: 'policy', id: 'atlas', terms: { text: 'forbid' } },
  ]);
});

test.each([
  ['policy: [', 'is not YAML'],
  ['tenant: atlas', 'is no file of a tenant, purpose, policy, catalog, connection or cell'],
  ['policy: { tenant: atlas, texts: "" }', 'is no file of'],
])('%j is refused with its file', (text, message) => {
  expect(() => thingsOf('x.yaml', text)).toThrow(`x.yaml ${message}`);
});
