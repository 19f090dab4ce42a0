import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchFiles } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { bailiwick } from './cli.js';
import { Mesh } from './mesh.js';
import { livingProcesses } from './processes.js';
import { freshId, sampleCase } from './sample-case.js';

/** Members of key files that are secret: of an OKP JWK (RFC 8037), of the cells' and pools' own, and what CRMs gave. */
const SECRET_MEMBERS = ['d', 'x25519PrivateKey', 'kek', 'refreshToken', 'clientSecret'];

const Written = z.object({ write: z.object({ lease: z.string() }) });

let mesh: Mesh;
/** Every secret of the running stack by the file that it belongs into. */
const secrets = new Map<string, string>();

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Copies of their own keys that a broker and a database keep with their data, in the form that each reads. */
const OWN_COPIES = /\/data\/[\w-]+\/(?:kafka\/keystore\.pem|postgres\/server\.key)$/;

/** The secret of a key file, so much of it as nothing else holds; null when the file holds none. */
function secretIn(file: string, text: string): string | null {
  const pem = /-----BEGIN (?:\w+ )?PRIVATE KEY-----\s+([\s\S]+?)-----END/.exec(text)?.[1];
  // In PKCS #8 the public key, which certificates show too, stands behind the secret one.
  if (pem !== undefined)
    return pem.replaceAll(/\s/g, '').slice(pem.length > 100 ? 48 : 22, pem.length > 100 ? 88 : 62);
  // Random bytes may begin as JSON does.
  if (!file.endsWith('.json')) return /^[\w-]{32,}\s*$/.test(text) ? text.trim() : null;
  const members = JSON.parse(text) as Record<string, unknown>;
  const secret = SECRET_MEMBERS.map((name) => members[name]).find((value) => typeof value === 'string');
  return secret ?? null;
}

beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  for (const folder of ['keys', 'identities'])
    for await (const file of filesBelow(join(mesh.folder, folder))) {
      const secret = secretIn(file, await readFile(file, 'utf8'));
      if (secret !== null) secrets.set(file, secret);
    }
});
afterAll(() => mesh.close());

describe('F5 no credential lies in clear where it does not belong', () => {
  it('secrets are in files of their own, which only their user reads', async () => {
    expect(secrets.size).toBeGreaterThan(30);
    // What signs in to CRMs, and what seals that in the control-plane's store.
    for (const file of ['crm/atlas.json', 'crm/atlas.hubspot.secret.json', 'control/sealing.json'])
      expect(secrets.has(join(mesh.folder, 'keys', file))).toBe(true);
    for (const file of secrets.keys()) expect([file, (await stat(file)).mode & 0o077]).toEqual([file, 0]);
  });

  it('none is in a configuration, a log, a database, a broker’s data or what other programs read', async () => {
    const others = (await readdir(mesh.folder, { withFileTypes: true })).filter(
      ({ name }) => name !== 'keys' && name !== 'identities',
    );
    const folders = others.filter((entry) => entry.isDirectory()).map(({ name }) => join(mesh.folder, name));
    const values = [...secrets.values()];
    const { hits, bytes } = await searchFiles(folders, values, (value) => [
      Buffer.from(value),
      Buffer.from(value, 'base64url'),
    ]);
    for (const { file } of hits) {
      expect(file).toMatch(OWN_COPIES);
      expect([file, (await stat(file)).mode & 0o077]).toEqual([file, 0]);
    }
    expect(bytes).toBeGreaterThan(1_000_000);
    for (const { name } of others.filter((entry) => entry.isFile())) {
      const text = await readFile(join(mesh.folder, name), 'utf8');
      expect([name, values.filter((value) => text.includes(value))]).toEqual([name, []]);
    }
  });

  it('a CRM’s access token is written nowhere, however it was logged in to: not by who lends it, who has it on loan, or the CRM itself', async () => {
    // The second goes to an account of Zendesk, whose tickets have numbers.
    const recordIds = { 'case-triage': freshId(), 'desk-triage': String(randomInt(2 ** 40)) };
    for (const [purpose, recordId] of Object.entries(recordIds)) {
      const record = { tenant: 'atlas', purpose, id: freshId(), recordId, fields: sampleCase() };
      const { steps } = await mesh.ended(mesh.homeOf('atlas'), await mesh.accept(record));
      const written = steps?.find(({ kind }) => kind === 'written-back');
      expect(written).toMatchObject({ write: { lease: expect.stringMatching(/^lease_/) } });
      const writes = (await mesh.allWrites()).filter((write) => write.recordId === recordId);
      expect(writes).toMatchObject([{ tenant: 'atlas', attempts: 1 }]);
    }
    const asked = ['credential', 'list', '--tenant', 'atlas', '--as', 'anna'];
    const { code, out } = await bailiwick(mesh.folder, asked);
    expect([code, out]).toEqual([0, expect.stringMatching(/sample-zendesk +in order +zendesk at https:/)]);
    expect(out).toMatch(/on loan +eu-central +desk-triage +Case +evt_/);
    // Every token of the sample CRM begins so.
    const starts = [...Object.keys(mesh.stack.tenants).map((tenant) => `00D${tenant}!`), 'zendesk!'];
    const { hits, bytes } = await searchFiles([mesh.folder], starts, (start) => [Buffer.from(start)]);
    expect(hits).toEqual([]);
    expect(bytes).toBeGreaterThan(1_000_000);
  });

  it('and that it was lent is proved from the log of the cell, by the lease that the write names', async () => {
    const record = { tenant: 'atlas', purpose: 'case-triage', id: freshId(), recordId: freshId() };
    const { steps } = await mesh.ended(
      mesh.homeOf('atlas'),
      await mesh.accept({ ...record, fields: sampleCase() }),
    );
    const { lease } = Written.parse(steps?.find(({ kind }) => kind === 'written-back')).write;
    const folder = await mkdtemp(join(tmpdir(), 'credentials-'));
    const file = join(folder, 'lease.json');
    await expect
      .poll(async () => (await bailiwick(mesh.folder, ['prove', lease, '--out', file])).code, {
        timeout: 10_000,
      })
      .toBe(0);
    const { code, out } = await bailiwick(mesh.folder, [
      'verify',
      file,
      '--keys',
      mesh.stack.logsFile,
      '--routers',
      mesh.stack.trustFile,
    ]);
    await rm(folder, { recursive: true });
    expect([code, out]).toEqual([0, expect.stringContaining('minted by control-plane')]);
  });

  it('none is in the environment or on the command line of a process', async () => {
    const processes = await livingProcesses(mesh.folder);
    expect(processes.size).toBeGreaterThan(20);
    for (const [name, { pid }] of processes)
      for (const part of ['environ', 'cmdline']) {
        const text = await readFile(`/proc/${pid}/${part}`, 'utf8');
        expect([name, [...secrets.values()].filter((value) => text.includes(value))]).toEqual([name, []]);
        expect([name, text.match(/(?:PASSWORD|SECRET|TOKEN)[A-Z_]*=[^\0]/)]).toEqual([name, null]);
      }
  });
});
