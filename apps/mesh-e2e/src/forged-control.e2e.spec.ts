import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CONTROL_REGION,
  readTrustBundle,
  signControlEntry,
  spiffeId,
  topicNames,
} from '@bailiwick/contracts';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { clusterAs } from './identity-cluster.js';
import { Mesh } from './mesh.js';
import { freshId } from './sample-case.js';

const CONTROL_PLANE = { region: CONTROL_REGION, workload: 'control-plane' };

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

describe('promise 2: what the control-plane did not sign says nothing', () => {
  it('an entry written with its stolen certificate, and not its key, is a violation once in every service that reads it', async () => {
    const id = freshId();
    const body = { kind: 'purpose', id, sequence: 4_000_000_000_000, publishedAt: new Date().toISOString() };
    const kid = readTrustBundle(mesh.stack.trustFile).signers[spiffeId(CONTROL_PLANE)]?.[0]?.kid ?? '';
    const { privateKey } = generateKeyPairSync('ed25519');
    const value = await signControlEntry({ ...body, kind: 'purpose', body: null }, privateKey, kid);

    const topic = topicNames('us').control('purpose');
    const producer = (await clusterAs(mesh, 'us-east', CONTROL_PLANE)).producers.producer();
    await producer.connect();
    const [written] = await producer.send({ topic, messages: [{ key: id, value }] });
    await producer.disconnect();
    const where = `${topic}/${written?.partition}/${written?.baseOffset}`;

    const services = async (): Promise<readonly string[]> =>
      (await mesh.allViolations('us-east'))
        .filter(({ violationId, code }) => code === 'control-forged' && violationId.endsWith(where))
        .map(({ service }) => service)
        .toSorted();
    const readers = ['classifier', 'inference-adapter', 'ingest', 'residency-router', 'writeback'];
    await vi.waitFor(async () => expect(await services()).toEqual(readers), 30_000);
    await sleep(1000);
    expect(await services()).toEqual(readers);
    // It belongs to no record, so it is none.
    const events = await mesh.events('us-east');
    expect(events.filter(({ eventId }) => eventId.includes(topic))).toEqual([]);
  });
});
