import { BailiwickError } from '@bailiwick/platform';

/** What a failed Kafka call means for its caller. */
export type KafkaFailure = 'fenced' | 'too-large' | 'missing-topic' | 'forbidden' | 'unavailable';

const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN_PRODUCER_ID',
  'PRODUCER_FENCED',
]);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
const FORBIDDEN = /AUTHORIZATION_FAILED$/;

/** kafkajs wraps errors in errors; the protocol's own type is somewhere along the chain. */
function* chain(thrown: unknown): Generator<object> {
  const seen = new Set<object>();
  const open = [thrown];
  while (open.length > 0) {
    const current = open.shift();
    if (typeof current !== 'object' || current === null || seen.has(current)) continue;
    seen.add(current);
    yield current;
    if ('cause' in current) open.push(current.cause);
    if ('originalError' in current) open.push(current.originalError);
    if ('errors' in current && Array.isArray(current.errors)) open.push(...current.errors);
  }
}

const typeOf = (error: object): string =>
  'type' in error && typeof error.type === 'string' ? error.type : 'name' in error ? String(error.name) : '';

/** Reads what kind of failure was thrown. Anything unknown counts as «not available now». */
export function kafkaFailure(thrown: unknown): KafkaFailure {
  for (const error of chain(thrown)) {
    const type = typeOf(error);
    if (FENCED.has(type)) return 'fenced';
    if (TOO_LARGE.has(type)) return 'too-large';
    if (FORBIDDEN.test(type)) return 'forbidden';
    if (
      type === 'UNKNOWN_TOPIC_OR_PARTITION' ||
      type === 'KafkaJSTopicMetadataNotLoaded' ||
      type === 'KafkaJSMetadataNotLoaded'
    )
      return 'missing-topic';
  }
  return 'unavailable';
}

/** Makes a failed Kafka call one of our errors; `topics` are those that the call was about. */
export function kafkaError(thrown: unknown, topics: Iterable<string> = []): BailiwickError {
  if (thrown instanceof BailiwickError) return thrown;
  const names = [...topics].join(', ') || 'a topic';
  switch (kafkaFailure(thrown)) {
    case 'missing-topic':
      return new BailiwickError('topic-missing', `the broker has no topic ${names}`, { cause: thrown });
    case 'forbidden':
      return new BailiwickError('topic-forbidden', `the broker refuses this identity on ${names}`, {
        cause: thrown,
      });
    case 'too-large':
      return new BailiwickError('record-too-large', `larger than the broker takes on ${names}`, {
        cause: thrown,
      });
    case 'fenced':
      return new BailiwickError('broker-unavailable', 'another process has taken over', { cause: thrown });
    case 'unavailable':
      return new BailiwickError('broker-unavailable', 'the brokers of the cell do not answer', {
        cause: thrown,
      });
  }
}

/** Whether the broker says that the same request may succeed in a moment. */
export function isPassing(thrown: unknown): boolean {
  for (const error of chain(thrown))
    if (
      ['CONCURRENT_TRANSACTIONS', 'GROUP_LOAD_IN_PROGRESS', 'COORDINATOR_LOAD_IN_PROGRESS'].includes(
        typeOf(error),
      )
    )
      return true;
  return false;
}
