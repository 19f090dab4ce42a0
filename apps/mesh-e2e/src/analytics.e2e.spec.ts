import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grantIdentity, topicNames } from '@bailiwick/contracts';
import { Cluster, readTopic } from '@bailiwick/kafka';
import { SILENT } from '@bailiwick/platform';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { bailiwick, type Ran } from './cli.js';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

let mesh: Mesh;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-analytics-'));
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(async () => {
  await mesh.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request for a grant of the cell in the EU. */
const request = (id: string, jurisdiction: string, ...tenants: readonly string[]): string =>
  JSON.stringify({
    grant: {
      id,
      consumer: id,
      region: 'eu-central',
      topics: ['outcome'],
      jurisdiction,
      tenants,
      expires: new Date(Date.now() + 3_600_000).toISOString(),
    },
  });

/** Asks for grants as consumers do: by a file. */
async function ask(...requests: readonly string[]): Promise<Ran> {
  const file = join(folder, 'grants.yaml');
  await writeFile(file, requests.join('\n---\n'));
  return bailiwick(mesh.folder, ['grant', 'add', '-f', file, '--out', folder]);
}

/** What a consumer reads with what was handed over. */
async function read(id: string): Promise<readonly { value: string; headers: readonly string[] }[]> {
  const [cert = '', key = '', ca = ''] = await Promise.all(
    ['certificate.pem', 'key.pem', 'authority.pem'].map((name) => readFile(join(folder, id, name), 'utf8')),
  );
  const identity = grantIdentity({ id, region: 'eu-central' });
  const { brokers } = mesh.cell('eu-central').kafka;
  const cluster = new Cluster({ identity, brokers, tls: { cert, key, ca }, logger: SILENT });
  const records = await readTopic(cluster, topicNames('eu').grantedOutcome(id));
  return records.map(({ message }) => ({
    value: String(message.value),
    headers: Object.keys(message.headers ?? {}),
  }));
}

test('consumers with a grant read outcomes of the running mesh, each by names of its own, and abroad only on a basis', async () => {
  expect(await ask(request('refused', 'us', 'atlas', 'nordlicht'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('refused (transfer-not-permitted)') as string,
  });
  const asked = await ask(request('home', 'eu', 'atlas'), request('abroad', 'us', 'atlas'));
  expect(asked).toMatchObject({ code: 0, err: '' });
  const recordId = freshId();
  const id = await mesh.accept({
    tenant: 'atlas',
    purpose: 'case-triage',
    id: freshId(),
    recordId,
    fields: sampleCase(),
  });
  await mesh.ended('eu-central', id);
  for (const consumer of ['home', 'abroad'])
    await vi.waitFor(async () => expect(await read(consumer)).not.toEqual([]), 30_000);
  const [home, abroad] = [await read('home'), await read('abroad')];
  for (const { value, headers } of [...home, ...abroad]) {
    expect(value).not.toContain(id);
    expect(value).not.toContain(recordId);
    expect(headers).not.toContain('traceparent');
  }
  const ids = (records: typeof home): unknown[] =>
    records.flatMap(({ value }) => {
      const { eventId, subject } = JSON.parse(value) as Record<string, unknown>;
      return [eventId, subject];
    });
  const ofHome = new Set(ids(home));
  expect(ids(abroad).filter((name) => ofHome.has(name))).toEqual([]);
  const outcomes = home.map(({ value }) => JSON.parse(value) as Record<string, unknown>);
  expect(outcomes.find(({ outcome }) => outcome === 'answered')).toMatchObject({
    tenant: 'atlas',
    decision: { outcome: 'allow' },
    cost: { currency: 'EUR' },
  });

  const ended = await bailiwick(mesh.folder, ['grant', 'revoke', 'abroad', '--region', 'eu-central']);
  expect(ended).toMatchObject({ code: 0, err: '' });
  await vi.waitFor(() => expect(read('abroad')).rejects.toThrow(), 10_000);
});
