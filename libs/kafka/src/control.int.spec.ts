import { generateKeyPairSync } from 'node:crypto';
import {
  CONTROL_REGION,
  EVENT_TYPES,
  signControlEntry,
  topicNames,
  type ControlEntry,
  type Violation,
} from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Cluster } from './cluster.js';
import { ControlPublisher } from './control-publisher.js';
import { ControlReader } from './control-reader.js';
import { readTopic } from './read-topic.js';
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
const readerAs = (cluster: Cluster): ControlReader =>
  new ControlReader({ cluster, cell: TEST_CELL, keys: [key], logger: SILENT });
const [OLD, NEW] = ['2026-11-22T10:00:00.000Z', '2026-11-22T11:00:00.000Z'];

describe('control entries', () => {
  let broker: TestBroker;
  let publisher: ControlPublisher;
  let reader: ControlReader;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    const cluster = await broker.cluster('control-plane', SILENT, CONTROL_REGION);
    publisher = new ControlPublisher(cluster, 'eu', { key: pair.privateKey, kid: 'cp-1' });
    await publisher.start();
    await publisher.publish([heartbeat(2, NEW)]);
    reader = readerAs(await broker.cluster('residency-router'));
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
    await expect.poll(() => reader.get('heartbeat', 'marker'), { timeout: 10_000 }).toEqual({ at: OLD });
    expect(reader.asOf).toBe(Date.parse(NEW));
  });
  it('that are removed are gone', async () => {
    await publisher.publish([{ ...heartbeat(3, NEW), id: 'marker', body: null }]);
    await expect.poll(() => reader.get('heartbeat', 'marker'), { timeout: 10_000 }).toBeUndefined();
  });

  describe('that are not what they claim change nothing and are recorded, once an entry and service:', () => {
    const CANARY = 'canary-7f3a';
    const topic = topicNames('eu').control('heartbeat');
    const others: ControlReader[] = [];
    let attacker: Producer;
    beforeAll(async () => {
      attacker = (await broker.admin()).producers.producer();
      await attacker.connect();
    });
    afterAll(async () => {
      await attacker.disconnect();
      await Promise.all(others.map((other) => other.stop()));
    });

    /** Writes an entry past the control-plane, and gives the violation that names its coordinates. */
    async function attempt(value: string | null): Promise<Violation> {
      const [written] = await attacker.send({ topic, messages: [{ key: CANARY, value }] });
      const where = `${topic}/${written?.partition}/${written?.baseOffset}`;
      return vi.waitFor(
        async () => {
          const found = (await violations()).find(({ violationId }) => violationId.endsWith(where));
          if (!found) throw new Error('no violation names the entry yet');
          return found;
        },
        { timeout: 10_000, interval: 100 },
      );
    }
    async function violations(): Promise<readonly Violation[]> {
      const read = await readTopic(await broker.cluster('auditor'), topicNames('eu').violation);
      return read.flatMap(({ message }) =>
        message.value ? [EVENT_TYPES.violation.decode(message.value)] : [],
      );
    }
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const asHeartbeat = { ...heartbeat(9, OLD), id: CANARY };
    const otherKind = { ...asHeartbeat, kind: 'purpose', body: null } as unknown as ControlEntry;

    it.each<[string, () => Promise<string> | string | null]>([
      ['another key signed it', () => signControlEntry(asHeartbeat, stranger, 'cp-1')],
      ['a key that nobody knows signed it', () => signControlEntry(asHeartbeat, stranger, CANARY)],
      ['it is signed for another topic', () => signControlEntry(otherKind, pair.privateKey, 'cp-1')],
      ['it is not signed at all', () => CANARY],
      ['it removes an entry without a signature', () => null],
    ])('%s', async (_how, make) => {
      const violation = await attempt(await make());
      expect(violation).toMatchObject({
        code: 'control-forged',
        service: 'residency-router',
        region: 'eu-central',
        jurisdiction: 'eu',
        eventId: '',
        tenant: '',
      });
      expect(JSON.stringify(violation)).not.toContain(CANARY);
      expect(reader.asOf).toBe(Date.parse(NEW));
      expect(reader.get('heartbeat', CANARY)).toBeUndefined();
    });

    it('however often they are met', async () => {
      const met = new Set((await violations()).map(({ violationId }) => violationId));
      expect(met.size).toBe(5);
      for (const workload of ['residency-router', 'classifier']) {
        const other = readerAs(await broker.cluster(workload));
        others.push(other);
        await other.start();
      }
      await vi.waitFor(async () => expect(await violations()).toHaveLength(15), { timeout: 10_000 });
      const ids = (await violations()).map(({ violationId }) => violationId);
      expect(new Set(ids)).toEqual(
        new Set([...met, ...[...met].map((id) => id.replace(/^[^/]+/, 'classifier'))]),
      );
    });
  });

  it('that are signed and not understood leave nothing known of what they are about, and are no violation', async () => {
    const wide = { ...heartbeat(8, OLD), id: 'newer' };
    const narrow = { ...wide, sequence: 9, body: { since: OLD } } as unknown as ControlEntry;
    await publisher.publish([wide, narrow, { ...heartbeat(9, OLD), id: 'after' }]);
    await expect.poll(() => reader.get('heartbeat', 'after'), { timeout: 10_000 }).toEqual({ at: OLD });
    expect(reader.get('heartbeat', 'newer')).toBeUndefined();
    expect(reader.unreadable('heartbeat', 'newer')).toBe(true);
    await publisher.publish([{ ...wide, sequence: 10 }]);
    await expect.poll(() => reader.get('heartbeat', 'newer'), { timeout: 10_000 }).toEqual({ at: OLD });
    expect(reader.unreadable('heartbeat', 'newer')).toBe(false);
  });
});
