import { setTimeout as sleep } from 'node:timers/promises';
import { aclsOf, topicCatalogue, type Acl, type Topic } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import kafkajs, { type AclEntry, type AclOperationTypes, type AclResourceTypes, type Admin } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { kafkaError, kafkaFailure } from './kafka-failure.js';

// Not among the names that Node finds in this CommonJS module.
const {
  AclOperationTypes: Operation,
  AclPermissionTypes: Permission,
  AclResourceTypes: Resource,
  ResourcePatternTypes: Pattern,
} = kafkajs;

const OPERATIONS: Record<Acl['operation'], AclOperationTypes> = {
  read: Operation.READ,
  write: Operation.WRITE,
  describe: Operation.DESCRIBE,
  'idempotent-write': Operation.IDEMPOTENT_WRITE,
};
const RESOURCES: Record<Acl['resource'], AclResourceTypes> = {
  topic: Resource.TOPIC,
  group: Resource.GROUP,
  'transactional-id': Resource.TRANSACTIONAL_ID,
  cluster: Resource.CLUSTER,
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
      // The controller has them at once, brokers a moment later: waited for below, because kafkajs gives up at once.
      waitForLeaders: false,
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
    await leadersOf(
      admin,
      topics.map(({ name }) => name),
    );
  } finally {
    await admin.disconnect();
  }
}

async function leadersOf(admin: Admin, topics: string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { topics: known } = await admin.fetchTopicMetadata({ topics });
      if (
        known.every(
          ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
        )
      )
        return;
    } catch (thrown) {
      if (kafkaFailure(thrown) !== 'missing-topic' || attempt > 50) throw kafkaError(thrown, topics);
    }
    await sleep(100);
  }
}

/** Makes every grant of the cell; a grant that is there already stays one grant. */
export async function createAcls(cluster: Cluster, acls: readonly Acl[]): Promise<void> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const entries = acls.map(toEntry);
    await admin.createAcls({ acl: entries });
    // The controller has them at once, the broker that is asked a moment later.
    const last = entries.at(-1);
    for (let attempt = 0; last && attempt < 50; attempt++) {
      const { resources } = await admin.describeAcls(last);
      if (resources.length > 0) return;
      await sleep(50);
    }
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
  permissionType: Permission.ALLOW,
  resourceType: RESOURCES[resource],
  resourceName: name,
  resourcePatternType: pattern === 'literal' ? Pattern.LITERAL : Pattern.PREFIXED,
});
