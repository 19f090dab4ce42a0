import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireCertificateOf } from './certificate-pin.js';

const SHARED = { region: 'eu-central', workload: 'inference-adapter.eu-shared' };
let folder: string;
let certificate: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificate-pin-'));
  const authority = await CertificateAuthority.open(folder);
  certificate = await readFile((await authority.issue(SHARED)).certificate, 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

test('the certificate of the pinned adapter is taken', () => {
  expect(() => requireCertificateOf(SHARED, certificate)).not.toThrow();
});

test.each([
  { region: 'eu-central', workload: 'inference-adapter.eu-nordlicht' },
  { region: 'us-east', workload: 'inference-adapter.eu-shared' },
  { region: 'eu-central', workload: 'inference-adapter.eu-share' },
  { region: 'eu-central', workload: 'classifier' },
])('another one is refused: $region/$workload', (identity) => {
  expect(() => requireCertificateOf(identity, certificate)).toThrow(
    expect.objectContaining({ code: 'certificate-not-permitted' }),
  );
});
