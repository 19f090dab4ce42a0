import { setTimeout as sleep } from 'node:timers/promises';
import { aclsOf, brokerRetention, topicCatalogue, type Acl, type Topic } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import kafkajs, { type AclEntry, type AclOperationTypes, type AclResourceTypes, type Admin } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { kafkaError, kafkaFailure } from './kafka-failure.js';

// Not among the names that Node finds in this CommonJS module.
const {
  AclOperationTypes: Operation,
  AclPermissionTypes: Permission,
  AclResourceTypes: Resource,
  ConfigResourceTypes: ConfigResource,
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

/** Makes every topic of the cell's catalogue that is not there yet; one that is there is kept by the catalogue's retention from now on. */
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
        .map((topic) => ({
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor,
          configEntries: configOf(topic),
        })),
    });
    await leadersOf(
      admin,
      topics.map(({ name }) => name),
    );
    const kept = topics.filter(({ name }) => existing.has(name));
    if (kept.length === 0) return;
    await admin.alterConfigs({
      validateOnly: false,
      resources: kept.map((topic) => ({
        type: ConfigResource.TOPIC,
        name: topic.name,
        configEntries: configOf(topic),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

function configOf(topic: Topic): { readonly name: string; readonly value: string }[] {
  const kept = brokerRetention(topic);
  return [
    { name: 'cleanup.policy', value: topic.cleanup },
    { name: 'max.message.bytes', value: String(topic.maxMessageBytes) },
    { name: 'retention.ms', value: String(kept?.retentionMs ?? -1) },
    ...(kept ? [{ name: 'segment.ms', value: String(kept.segmentMs) }] : []),
  ];
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

/** Takes grants and topics back. What is not there any more is passed over. */
export async function withdraw(
  cluster: Cluster,
  acls: readonly Acl[],
  topics: readonly string[],
): Promise<void> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    if (acls.length > 0) await admin.deleteAcls({ filters: acls.map(toEntry) });
    const existing = new Set(await admin.listTopics());
    const there = topics.filter((name) => existing.has(name));
    if (there.length > 0) await admin.deleteTopics({ topics: there });
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
