import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { Mesh } from './mesh.js';

const CLI = join(import.meta.dirname, '../../../tools/bailiwick/bin/bailiwick.mjs');
let mesh: Mesh;
let folder: string;

beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  folder = await mkdtemp(join(tmpdir(), 'profile-e2e-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command line of the stack's people, and gives what it prints. */
async function bailiwick(...argv: readonly string[]): Promise<string> {
  const env = { ...process.env, BAILIWICK_STACK_FILE: join(inject('stackFolder'), 'stack.json') };
  return (await promisify(execFile)(process.execPath, [CLI, ...argv], { env })).stdout;
}

let sent = 0;
/** Status with which a record of the tenant is taken or refused. */
const status = async (): Promise<number> =>
  (
    await mesh.send({
      tenant: 'pending',
      purpose: 'case-triage',
      id: `profile-${++sent}`,
      recordId: '500-profile',
      fields: { Subject: 'Where is my parcel?', Origin: 'Email' },
    })
  ).status;

test('B5 R7 F7 a tenant is refused until its authorised person has acknowledged its changed profile, and again afterwards', async () => {
  expect(await status()).toBe(403);
  const file = join(folder, 'pending.yaml');
  await writeFile(
    file,
    `profile:
  tenant: pending
  homeJurisdiction: eu
  homeRegion: eu-central
  permitted: []
  isolation: shared
  contractReference: PE-2026-007
  retention: { records: 7, held: 90, lineage: 365 }
  incidentContacts: [{ name: Sofia Lindqvist, email: privacy@pending.example }]
`,
  );
  const proposed = await bailiwick('apply', '-f', file, '--as', 'clara');
  expect(proposed).toContain('~ contractReference: "PE-2026-000" → "PE-2026-007"');
  const id = /chg_[a-z2-7]+/.exec(proposed)?.[0] ?? '';
  expect(await bailiwick('change', 'approve', id, '--as', 'anna')).toContain(
    'approved as security by Anna Berg',
  );
  expect(await bailiwick('change', 'approve', id, '--as', 'bruno')).toContain('in-force');
  expect(await bailiwick('apply', '-f', file, '--as', 'clara')).toContain('nothing differs');
  expect(await status()).toBe(403);

  const text = await bailiwick('profile', 'text', '--tenant', 'pending', '--as', 'sofia');
  const digest = /SHA-256 ([0-9a-f]{64})/.exec(text)?.[1] ?? '';
  await bailiwick('profile', 'acknowledge', '--tenant', 'pending', '--as', 'sofia', '--digest', digest);
  await vi.waitFor(async () => expect(await status()).toBe(202), { timeout: 15_000, interval: 200 });

  await bailiwick(
    'profile',
    'withdraw',
    '--tenant',
    'pending',
    '--as',
    'sofia',
    '--reason',
    'a test has ended',
  );
  await vi.waitFor(async () => expect(await status()).toBe(403), { timeout: 15_000, interval: 200 });
});

test('O2 a dry run says which of the last decisions a change would alter; in force, it alters the next one', async () => {
  const send = async (): Promise<string> =>
    mesh.accept({
      tenant: 'harbor',
      purpose: 'case-triage',
      id: `policy-${++sent}`,
      recordId: '500-policy',
      fields: { Subject: 'Where is my parcel?', Origin: 'Email' },
    });
  const file = join(folder, 'policy.yaml');
  const propose = async (text: string): Promise<string> => {
    await writeFile(file, JSON.stringify({ policy: { tenant: 'harbor', text } }));
    return /chg_[a-z2-7]+/.exec(await bailiwick('apply', '-f', file, '--as', 'clara'))?.[0] ?? '';
  };
  const approve = async (id: string): Promise<void> => {
    await bailiwick('change', 'approve', id, '--as', 'anna');
    expect(await bailiwick('change', 'approve', id, '--as', 'bruno')).toContain('in-force');
  };

  const first = await send();
  expect(await mesh.ended('us-east', first)).toMatchObject({ outcome: 'answered' });
  const stop = await propose(
    '@id("stop") @sentence("Nothing is answered.") @source("HB-2026-071") forbid (principal, action, resource);',
  );
  const tried = await bailiwick('change', 'dry-run', stop, '--as', 'anna');
  expect(tried).toMatch(/^[1-9]\d* of the last [1-9]\d* decisions would come out otherwise/);
  expect(tried).toMatch(
    new RegExp(`${first} +case-triage +allow \\(home-pool\\) +(hold|deny) \\(.*tenant-policy`),
  );
  await approve(stop);
  await vi.waitFor(
    async () => expect(await mesh.ended('us-east', await send())).toMatchObject({ reason: 'tenant-policy' }),
    { timeout: 20_000 },
  );
  await approve(await propose(''));
  await vi.waitFor(
    async () => expect(await mesh.ended('us-east', await send())).toMatchObject({ outcome: 'answered' }),
    { timeout: 20_000 },
  );
});
