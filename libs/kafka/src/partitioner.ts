import { Partitioners } from 'kafkajs';

/** Partition by the murmur2 hash of the key, as the Java client does, so every producer agrees. */
export const partitioner = Partitioners.DefaultPartitioner;

const partitionByHash = partitioner();

/** Partition in which records with this key lie, in a topic of so many partitions. */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return partitionByHash({ topic: '', partitionMetadata, message: { key, value: null } });
}
