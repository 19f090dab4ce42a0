import { readFile } from 'node:fs/promises';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import {
  ADMIN_WORKLOAD,
  BROKER_WORKLOAD,
  COORDINATOR_PARTITIONS,
  brokerProperties,
} from '../parts/broker-properties.js';
import { coordinatorsReady } from '../parts/broker-readiness.js';
import type { CertificateAuthority } from '../parts/certificate-authority.js';
import { brokerTrust } from '../parts/kafka-broker.js';

const IMAGE = 'apache/kafka:4.1.0';
const PORT = 9093;
const READY_WITHIN_MS = 120_000;
/** Any will do: the container's data ends with it. */
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';

/** Starts a cell's broker as a container, with the same settings as the native one. Its data ends with it. */
export async function brokerContainer(
  region: string,
  port: number,
  authority: CertificateAuthority,
): Promise<StartedTestContainer> {
  const own = await authority.issue({ region, workload: BROKER_WORKLOAD });
  const pem = await Promise.all([own.key, own.certificate].map((file) => readFile(file, 'utf8')));
  const properties = brokerProperties({
    region,
    listenAddress: '0.0.0.0',
    listenPort: PORT,
    advertisedPort: port,
    controllerPort: 9094,
    keyStore: '/stack/keystore.pem',
    trustStore: '/stack/ca.pem',
    dataFolder: '/tmp/kafka-data',
  });
  const format = `/opt/kafka/bin/kafka-storage.sh format --ignore-formatted -t ${CLUSTER_ID} -c /stack/server.properties`;
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: PORT, host: port })
    .withEnvironment({ KAFKA_HEAP_OPTS: '-Xmx400m' })
    .withCopyContentToContainer([
      { content: properties, target: '/stack/server.properties', mode: 0o644 },
      { content: pem.join(''), target: '/stack/keystore.pem', mode: 0o644 },
      { content: await brokerTrust(authority), target: '/stack/ca.pem', mode: 0o644 },
    ])
    .withEntrypoint(['bash', '-c'])
    .withCommand([`${format} && exec /opt/kafka/bin/kafka-server-start.sh /stack/server.properties`])
    .start();
  const admin = await authority.issue({ region, workload: ADMIN_WORKLOAD });
  await coordinatorsReady(port, admin, COORDINATOR_PARTITIONS, AbortSignal.timeout(READY_WITHIN_MS));
  return container;
}
