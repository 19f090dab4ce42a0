import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrantsFile, grantAcls, kafkaPrincipal, grantIdentity } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readGrants } from './grant-file.js';
import { grantPlan } from './grant-plan.js';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..');
const CELL = CellSpec.parse(
  parse(readFileSync(join(REPOSITORY, 'infra', 'jurisdictions', 'eu-central.yaml'), 'utf8')),
);
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'grant-plan-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('the plan of the example grants all that a grant needs, takes it all back, and makes the entry that lineage reads', () => {
  const [grant] = readGrants(join(REPOSITORY, 'examples', 'analytics', 'grant.yaml'));
  if (!grant) throw new Error('the example asks for nothing');
  const plan = grantPlan(CELL, grant);
  const lines = (start: string): readonly string[] => plan.filter((line) => line.startsWith(start));
  expect(lines('kafka-topics.sh')).toHaveLength(1);
  expect(lines('kafka-acls.sh')).toHaveLength(grantAcls(CELL, grant).length);
  expect(lines('#   kafka-acls.sh')).toHaveLength(grantAcls(CELL, grant).length);
  expect(plan.join('\n')).toContain(
    `--add --allow-principal ${kafkaPrincipal(grantIdentity(grant))} --operation read --topic eu.analytics.outcome.bi-team.v1 --resource-pattern-type literal`,
  );
  const [command = ''] = lines('node -e');
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  expect(GrantsFile.parse({ grants: [JSON.parse(stdout)] }).grants[0]).toMatchObject(grant);
});

test.each([
  ['grant: {id: bi-team}', 'grant.consumer'],
  ['{', 'is not YAML'],
  ['grants: []', 'asks for no grant'],
])('a file that asks for no grant is a usage error that says why: %s', (text, why) => {
  const file = join(folder, 'grant.yaml');
  writeFileSync(file, text);
  expect(() => readGrants(file)).toThrow(why);
});
