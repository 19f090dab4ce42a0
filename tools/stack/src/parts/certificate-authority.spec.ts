import { X509Certificate, createPrivateKey } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CertificateAuthority, type CertificateFiles } from './certificate-authority.js';

let folder: string;
let authority: CertificateAuthority;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-authority-'));
  authority = await CertificateAuthority.open(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const [INGEST, LINEAGE] = ['ingest', 'lineage'].map((workload) => ({ region: 'eu-central', workload }));

async function paired({ certificate, key }: CertificateFiles): Promise<boolean> {
  const own = createPrivateKey(await readFile(key, 'utf8'));
  return new X509Certificate(await readFile(certificate, 'utf8')).checkPrivateKey(own);
}

test('cells that ask for the same identity at the same time get one certificate and its key', async () => {
  const asked = Array.from({ length: 8 }, async () => {
    const files = await authority.issue(INGEST!);
    return readFile(files.certificate, 'utf8');
  });
  expect(new Set(await Promise.all(asked)).size).toBe(1);
  expect(await paired(await authority.issue(INGEST!))).toBe(true);
});

test('a certificate is kept over starts, and made anew where its key is another', async () => {
  const before = await authority.issue(INGEST!);
  const pem = await readFile(before.certificate, 'utf8');
  const again = await CertificateAuthority.open(folder);
  expect(await readFile((await again.issue(INGEST!)).certificate, 'utf8')).toBe(pem);
  await copyFile((await again.issue(LINEAGE!)).key, before.key);
  expect(await paired(await again.issue(INGEST!))).toBe(true);
});
