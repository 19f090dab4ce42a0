import { aclsOf, topicCatalogue, type Acl, type Topic } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
  type AclEntry,
} from 'kafkajs';
import type { Cluster } from './cluster.js';

const OPERATIONS: Record<Acl['operation'], AclOperationTypes> = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
  'idempotent-write': AclOperationTypes.IDEMPOTENT_WRITE,
};
const RESOURCES: Record<Acl['resource'], AclResourceTypes> = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
  cluster: AclResourceTypes.CLUSTER,
};

/** Makes every topic of the cell's catalogue that is not there yet. A topic that is there is left as it is. */
export async function createTopics(
  cluster: Cluster,
  topics: readonly Topic[],
  replicationFactor = 1,
): Promise<void> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics
        .filter(({ name }) => !existing.has(name))
        .map(({ name, partitions, cleanup, retentionMs, maxMessageBytes }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor,
          configEntries: [
            { name: 'cleanup.policy', value: cleanup },
            { name: 'retention.ms', value: String(retentionMs) },
            { name: 'max.message.bytes', value: String(maxMessageBytes) },
          ],
        })),
    });
  } finally {
    await admin.disconnect();
  }
}

/** Makes every grant of the cell; a grant that is there already stays one grant. */
export async function createAcls(cluster: Cluster, acls: readonly Acl[]): Promise<void> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl: acls.map(toEntry) });
  } finally {
    await admin.disconnect();
  }
}

/** Topics and grants of a cell, from the catalogue. Safe to repeat; needs an administrator's identity. */
export async function prepareCell(
  cluster: Cluster,
  cell: CellSpec,
  otherCells: readonly CellSpec[] = [],
): Promise<void> {
  await createTopics(cluster, topicCatalogue(cell));
  await createAcls(cluster, aclsOf(cell, otherCells));
}

const toEntry = ({ principal, resource, name, pattern, operation }: Acl): AclEntry => ({
  principal,
  host: '*',
  operation: OPERATIONS[operation],
  permissionType: AclPermissionTypes.ALLOW,
  resourceType: RESOURCES[resource],
  resourceName: name,
  resourcePatternType: pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
});
