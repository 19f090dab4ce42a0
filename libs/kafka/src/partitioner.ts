import { Partitioners } from 'kafkajs';

/** Partition by the murmur2 hash of the key, as the Java client does, so every producer agrees. */
export const partitioner = Partitioners.DefaultPartitioner;
