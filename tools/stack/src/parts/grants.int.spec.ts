import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicNames, type Identity } from '@bailiwick/contracts';
import { Cluster } from '@bailiwick/kafka';
import { SILENT } from '@bailiwick/platform';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCellSpecs } from '../cell-plan.js';
import type { ManagedProcess } from '../managed-process.js';
import { Ports } from '../ports.js';
import { CertificateAuthority } from './certificate-authority.js';
import { kafkaBroker } from './kafka-broker.js';
import { provisionBroker } from './provision-broker.js';

let folder: string;
let authority: CertificateAuthority;
let broker: ManagedProcess;
let port: number;
const names = topicNames('eu');
const WITHIN = { timeout: 15_000, interval: 200 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grants-'));
  authority = await CertificateAuthority.open(join(folder, 'identities'));
  const ports = new Ports();
  port = await ports.claim('kafka', 0);
  const controllerPort = await ports.claim('controller', 0);
  broker = await kafkaBroker({
    brief: true,
    region: 'eu-central',
    folder: join(folder, 'kafka'),
    port,
    controllerPort,
    authority,
  });
  await broker.start();
  const specs = (await readCellSpecs()).map(({ spec }) => spec);
  const cell = specs.find(({ region }) => region === 'eu-central');
  if (!cell) throw new Error('there is no eu-central');
  const others = specs.filter((other) => other !== cell);
  await provisionBroker(cell, others, port, authority);
  // As every start does.
  await provisionBroker(cell, others, port, authority);
});
afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the broker answers a workload that writes to a topic. */
async function write(identity: Identity, topic: string): Promise<string> {
  const files = await authority.issue(identity);
  const [cert, key, ca] = await Promise.all([
    readFile(files.certificate, 'utf8'),
    readFile(files.key, 'utf8'),
    readFile(files.authority, 'utf8'),
  ]);
  const cluster = new Cluster({
    identity,
    brokers: [`127.0.0.1:${port}`],
    tls: { cert, key, ca },
    logger: SILENT,
  });
  const producer = cluster.producers.producer({ retry: { retries: 0 } });
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'probe', value: 'probe' }] });
    return 'written';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await producer.disconnect();
  }
}

describe('a principal', () => {
  const eu = (workload: string): Identity => ({ region: 'eu-central', workload });

  test('writes where the catalogue lets it', async () => {
    // A grant holds a moment after it was made, when the broker has replayed it.
    await vi.waitFor(async () => expect(await write(eu('ingest'), names.record)).toBe('written'), WITHIN);
    await vi.waitFor(
      async () => expect(await write(eu('classifier'), names.classified)).toBe('written'),
      WITHIN,
    );
  });

  test('is refused where the catalogue does not name it', async () => {
    expect(await write(eu('ingest'), names.classified)).toMatch(/not authorized|authorization/i);
    expect(await write(eu('lineage'), names.record)).toMatch(/not authorized|authorization/i);
    expect(await write(eu('auditor'), names.record)).toMatch(/not authorized|authorization/i);
  });

  test('of another region is another principal', async () => {
    expect(await write({ region: 'us-east', workload: 'ingest' }, names.record)).toMatch(/authoriz/i);
    expect(await write({ region: 'us-east', workload: 'residency-router' }, names.inbox)).toBe('written');
  });

  test('that nobody knows is refused everywhere', async () => {
    expect(await write(eu('stranger'), names.record)).toMatch(/authoriz/i);
  });
});
