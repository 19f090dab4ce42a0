import type { Cluster } from './cluster.js';
import type { OpenCommitter } from './lane.js';
import { TransactionalProducer } from './transactional-producer.js';

/** Committer of an ordinary stage: outputs, facts and offsets in one transaction of the own cluster. */
export const ownCommitter =
  (cluster: Cluster): OpenCommitter =>
  async (_lane, transactionalId, group) => {
    const producer = await TransactionalProducer.open(cluster, transactionalId);
    return {
      commit: (records, offsets) =>
        producer.commit(
          records.flatMap(({ messages }) => messages?.own ?? []),
          offsets.size > 0 ? { group, offsets } : null,
        ),
      close: () => producer.close(),
    };
  };
