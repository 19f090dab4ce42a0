import { describe, expect, it } from 'vitest';
import { isPassing, kafkaError, kafkaFailure } from './kafka-failure.js';

const wrapped = (type: string): Error =>
  new Error('outer', { cause: Object.assign(new Error('inner'), { type }) });

describe('a failed Kafka call', () => {
  it.each([
    ['INVALID_PRODUCER_EPOCH', 'fenced', 'broker-unavailable'],
    ['MESSAGE_TOO_LARGE', 'too-large', 'record-too-large'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'missing-topic', 'topic-missing'],
    ['TOPIC_AUTHORIZATION_FAILED', 'forbidden', 'topic-forbidden'],
    ['REQUEST_TIMED_OUT', 'unavailable', 'broker-unavailable'],
  ])('%s, however deep, means %s', (type, failure, code) => {
    expect(kafkaFailure(wrapped(type))).toBe(failure);
    expect(kafkaError(wrapped(type), ['a.topic'])).toMatchObject({ code });
  });
  it('names the topic that is missing', () => {
    expect(kafkaError(wrapped('UNKNOWN_TOPIC_OR_PARTITION'), ['eu.crm.record.v1']).detail).toBe(
      'the broker has no topic eu.crm.record.v1',
    );
  });
  it('tells what passes by itself', () => {
    expect(isPassing(wrapped('CONCURRENT_TRANSACTIONS'))).toBe(true);
    expect(isPassing(wrapped('INVALID_PRODUCER_EPOCH'))).toBe(false);
    expect(isPassing(undefined)).toBe(false);
  });
});
