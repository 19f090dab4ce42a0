import { topicCatalogue } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';

/** The broker's own default of `message.max.bytes`, for topics that the catalogue does not know. */
const BROKER_DEFAULT_BYTES = 1_048_588;
/** Room for record framing and batch header. */
const FRAMING_BYTES = 1024;

/** Bytes of records that one topic takes in one batch; kafkajs makes one batch of all a partition gets at once. */
export type TopicLimits = (topic: string) => number;

/** Limits of a cell's topics, from the catalogue. */
export function topicLimits(cell: CellSpec): TopicLimits {
  const limits = new Map(
    topicCatalogue(cell).map(({ name, maxMessageBytes }) => [name, maxMessageBytes - FRAMING_BYTES]),
  );
  return (topic) => limits.get(topic) ?? BROKER_DEFAULT_BYTES - FRAMING_BYTES;
}
