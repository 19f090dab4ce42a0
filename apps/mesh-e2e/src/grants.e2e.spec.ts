import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:tls';
import {
  aclsOf,
  adapterWorkload,
  kafkaPrincipal,
  topicCatalogue,
  topicNames,
  CONTROL_REGION,
  type Identity,
} from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { readTopic, type Cluster } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CertificateAuthority, REPOSITORY } from '@bailiwick/stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { clusterAs } from './identity-cluster.js';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

const spec = async (region: string): Promise<CellSpec> =>
  CellSpec.parse(parse(await readFile(`${REPOSITORY}/infra/jurisdictions/${region}.yaml`, 'utf8')));

let mesh: Mesh;
let eu: CellSpec;
let us: CellSpec;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  [eu, us] = await Promise.all([spec('eu-central'), spec('us-east')]);
  // So that the topics of the way hold something that could be read.
  const eventId = await mesh.accept({
    tenant: 'nordlicht',
    purpose: 'case-triage',
    id: freshId(),
    recordId: freshId(),
    fields: sampleCase(),
  });
  await mesh.ended('eu-central', eventId);
});
afterAll(() => mesh.close());

const WORKLOADS: readonly Identity[] = [
  ...['ingest', 'classifier', 'residency-router', 'writeback', 'lineage'].map((workload) => ({
    region: 'eu-central',
    workload,
  })),
  ...['eu-shared', 'eu-nordlicht'].map((pool) => ({ region: 'eu-central', workload: adapterWorkload(pool) })),
  { region: CONTROL_REGION, workload: 'control-plane' },
  { region: 'us-east', workload: 'residency-router' },
  { region: 'us-east', workload: 'classifier' },
  { region: 'us-east', workload: adapterWorkload('us-shared') },
];

async function canDescribe(cluster: Cluster, topic: string): Promise<boolean> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    await admin.fetchTopicMetadata({ topics: [topic] });
    return true;
  } catch (thrown) {
    expect(String((thrown as Error).message)).toMatch(/authoriz/i);
    return false;
  } finally {
    await admin.disconnect();
  }
}

async function canWrite(cluster: Cluster, topic: string): Promise<boolean> {
  const producer = cluster.producers.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
  await producer.connect();
  try {
    await producer.send({ topic, acks: -1, messages: [{ key: 'probe', value: 'probe' }] });
    return true;
  } catch (thrown) {
    expect(String((thrown as Error).message)).toMatch(/authoriz/i);
    return false;
  } finally {
    await producer.disconnect();
  }
}

describe('F1 with its own certificate, each service is refused what the catalogue does not grant it', () => {
  it.each(WORKLOADS.map((identity) => [`${identity.region}/${identity.workload}`, identity] as const))(
    '%s',
    async (_name, identity) => {
      const cluster = await clusterAs(mesh, 'eu-central', identity);
      const granted = new Set(
        aclsOf(eu, [us])
          .filter(({ principal, resource }) => principal === kafkaPrincipal(identity) && resource === 'topic')
          .map(({ name, operation }) => `${operation} ${name}`),
      );
      let refused = 0;
      for (const { name } of topicCatalogue(eu)) {
        const described = granted.has(`describe ${name}`);
        const writes = granted.has(`write ${name}`);
        expect(await canDescribe(cluster, name), `describe ${name}`).toBe(described);
        if (!described) refused += 2;
        if (described && !writes) {
          expect(await canWrite(cluster, name), `write ${name}`).toBe(false);
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(10);
    },
  );

  it('lineage sees how far each topic has come, and no record', async () => {
    const lineage = await clusterAs(mesh, 'eu-central', { region: 'eu-central', workload: 'lineage' });
    await expect(readTopic(lineage, topicNames('eu').record)).rejects.toThrow(BailiwickError);
  });

  it('F3 the adapter of one pool cannot read the requests of another, which are there', async () => {
    const topic = topicNames('eu').request('eu-nordlicht');
    const auditor = await clusterAs(mesh, 'eu-central', { region: 'eu-central', workload: 'auditor' });
    expect((await readTopic(auditor, topic)).length).toBeGreaterThan(0);
    const other = await clusterAs(mesh, 'eu-central', {
      region: 'eu-central',
      workload: adapterWorkload('eu-shared'),
    });
    await expect(readTopic(other, topic)).rejects.toThrow(BailiwickError);
  });

  it('a certificate of another authority gets no connection', async () => {
    const folder = await mkdtemp('/var/tmp/other-authority-');
    try {
      const identity = { region: 'eu-central', workload: 'ingest' };
      const files = await (await CertificateAuthority.open(folder)).issue(identity);
      const [cert, key, ca] = await Promise.all(
        [files.certificate, files.key, mesh.stack.authority].map((file) => readFile(file, 'utf8')),
      );
      const [host, port] = mesh.cell('eu-central').kafka.brokers[0]!.split(':');
      const socket = connect({ host: host!, port: Number(port), cert: cert!, key: key!, ca: ca! });
      // With TLS 1.3 a client hears of the refusal after its own side of the handshake.
      await expect(once(socket, 'data')).rejects.toThrow(/alert|certificate|reset/i);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
