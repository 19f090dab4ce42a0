import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicNames } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { CertificateAuthority } from '@bailiwick/stack';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { StackCell } from '../stack/stack-file.js';
import { consumeOutcomes } from './outcome-consumer.js';

const TOPIC = topicNames('eu').outcome;
let broker: TestBroker;
let cell: StackCell;

beforeAll(async () => {
  broker = await TestBroker.start('eu-central');
  await broker.prepare(
    CellSpec.parse({
      region: 'eu-central',
      jurisdiction: 'eu',
      partitions: 2,
      lanes: 1,
      pools: [],
      borders: [],
    }),
  );
  const authority = await CertificateAuthority.open(join(broker.folder, 'ca'));
  const files = (workload: string) => authority.issue({ region: 'eu-central', workload });
  cell = {
    region: 'eu-central',
    jurisdiction: 'eu',
    kafka: {
      brokers: [broker.address],
      auditor: await files('auditor'),
      operator: await files('operator'),
    },
    classifier: { http: 'https://127.0.0.1:1', administrator: await files('auditor') },
    ingest: { http: 'http://127.0.0.1:1' },
    lineage: { api: 'http://127.0.0.1:1', audience: 'urn:x', administrator: await files('auditor') },
    database: { url: 'postgresql://127.0.0.1:1/bailiwick' },
    services: {},
    grantsFile: 'grants.json',
  };
  const producer = (await broker.cluster('lineage')).producers.producer();
  await producer.connect();
  const messages = ['a', 'b', 'c'].map((key) => ({ key, value: JSON.stringify({ eventId: key }) }));
  // A grant takes a moment to reach the broker that checks it.
  await vi.waitFor(() => producer.send({ topic: TOPIC, messages }), { timeout: 10_000, interval: 200 });
  await producer.disconnect();
});
afterAll(() => broker?.stop());

test('the auditor reads what is there from the beginning, and stops after the limit', async () => {
  const lines: string[] = [];
  await consumeOutcomes([cell], 3, (line) => void lines.push(line), new AbortController().signal);
  expect(lines.toSorted()).toEqual(['{"eventId":"a"}', '{"eventId":"b"}', '{"eventId":"c"}']);
});

test('without a limit it reads until it is told to stop', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  await consumeOutcomes(
    [cell],
    Number.POSITIVE_INFINITY,
    (line) => {
      if (lines.push(line) === 3) stop.abort();
    },
    stop.signal,
  );
  expect(lines).toHaveLength(3);
});

test('a broker that does not answer is said, with exit code 4', async () => {
  const away = { ...cell, kafka: { ...cell.kafka, brokers: ['127.0.0.1:1'] } };
  await expect(
    consumeOutcomes([away], 1, () => undefined, new AbortController().signal),
  ).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('eu-central'),
  });
});

test('the command itself hands over to the Node of the checkout, and its exit code back', () => {
  const command = join(import.meta.dirname, '..', '..', 'bin', 'bailiwick.mjs');
  const { status, stderr } = spawnSync(process.execPath, [command, 'events'], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: expect.stringMatching(/^bailiwick: no stack is running: .*\n$/),
  });
});
