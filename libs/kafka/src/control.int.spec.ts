import { generateKeyPairSync } from 'node:crypto';
import { CONTROL_REGION, signControlEntry, topicNames, type ControlEntry } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPublisher } from './control-publisher.js';
import { ControlReader } from './control-reader.js';
import { TEST_CELL } from './sample.test-kit.js';

const pair = generateKeyPairSync('ed25519');
const key = {
  ...(pair.publicKey.export({ format: 'jwk' }) as { kty: 'OKP'; crv: 'Ed25519'; x: string }),
  kid: 'cp-1',
};
const heartbeat = (sequence: number, at: string): ControlEntry<'heartbeat'> => ({
  kind: 'heartbeat',
  id: 'control-plane',
  sequence,
  publishedAt: at,
  body: { at },
});
const [OLD, NEW] = ['2026-11-22T10:00:00.000Z', '2026-11-22T11:00:00.000Z'];

describe('control entries', () => {
  let broker: TestBroker;
  let publisher: ControlPublisher;
  let reader: ControlReader;
  let forged = 0;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    const cluster = await broker.cluster('control-plane', SILENT, CONTROL_REGION);
    publisher = new ControlPublisher(cluster, 'eu', { key: pair.privateKey, kid: 'cp-1' });
    await publisher.start();
    await publisher.publish([heartbeat(2, NEW)]);
    reader = new ControlReader({
      cluster: await broker.cluster('residency-router'),
      jurisdiction: 'eu',
      keys: [key],
      logger: SILENT,
      onForged: () => forged++,
    });
    await reader.start();
    await reader.whenReady();
  });
  afterAll(async () => {
    await Promise.all([publisher.stop(), reader.stop()]);
    await broker.stop();
  });

  it('are known to a reader once it has caught up', () => {
    expect([reader.ready, reader.asOf, reader.check.problem()]).toEqual([true, Date.parse(NEW), null]);
    expect(reader.all('profile')).toEqual([]);
  });
  it('that are older than what is known change nothing', async () => {
    await publisher.publish([heartbeat(1, OLD), { ...heartbeat(0, OLD), id: 'marker' }]);
    await expect.poll(() => reader.get('heartbeat', 'marker'), { timeout: 10_000 }).toBeDefined();
    expect(reader.asOf).toBe(Date.parse(NEW));
  });
  it('that are removed are gone', async () => {
    await publisher.publish([{ ...heartbeat(3, NEW), id: 'marker', body: null }]);
    await expect.poll(() => reader.get('heartbeat', 'marker'), { timeout: 10_000 }).toBeUndefined();
  });
  it('that another key signed are reported and ignored', async () => {
    const value = await signControlEntry(
      heartbeat(9, OLD),
      generateKeyPairSync('ed25519').privateKey,
      'cp-1',
    );
    const producer = (await broker.admin()).producers.producer();
    await producer.connect();
    await producer.send({
      topic: topicNames('eu').control('heartbeat'),
      messages: [{ key: 'control-plane', value }],
    });
    await expect.poll(() => forged, { timeout: 10_000 }).toBe(1);
    expect(reader.asOf).toBe(Date.parse(NEW));
    await producer.disconnect();
  });
});
