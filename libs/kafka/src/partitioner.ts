import { Partitioners } from 'kafkajs';

/** Partition by the murmur2 hash of the key, as the Java client does, so every producer agrees. */
export const partitioner = Partitioners.DefaultPartitioner;

const partitionByHash = partitioner();

const metadata = new Map<number, Parameters<typeof partitionByHash>[0]['partitionMetadata']>();

function metadataOf(partitions: number) {
  const known = metadata.get(partitions);
  if (known) return known;
  const made = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  metadata.set(partitions, made);
  return made;
}

/** Partition in which records with this key lie, in a topic of so many partitions. */
export const partitionOf = (key: string | Buffer, partitions: number): number =>
  partitionByHash({ topic: '', partitionMetadata: metadataOf(partitions), message: { key, value: null } });
