import { EVENT_TYPES } from '@bailiwick/contracts';
import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { decode } from './decode.js';
import { sampleMessage } from './sample.test-kit.js';

const message = (change: Partial<KafkaMessage> = {}): KafkaMessage =>
  ({
    ...sampleMessage('in', 1, 2),
    offset: '0',
    attributes: 0,
    timestamp: '0',
    ...change,
  }) as unknown as KafkaMessage;
const without = (name: string): KafkaMessage => {
  const { [name]: _gone, ...headers } = message().headers ?? {};
  return message({ headers });
};

describe('a consumed record', () => {
  it('is read with its names', () => {
    const decoded = decode(message(), EVENT_TYPES.received);
    expect(decoded).toMatchObject({
      poison: null,
      attributes: { eventId: 'evt-1-2', tenant: 'atlas', object: 'Case', subject: 's1' },
    });
  });
  it.each([
    ['without a CloudEvents id', without('ce_id'), 'header ce_id is missing or malformed'],
    [
      'of another type',
      message({ headers: { ...message().headers, ce_type: 'other' } }),
      'the type is not bailiwick.record.received.v1',
    ],
    ['without a value', message({ value: null }), 'the value is empty'],
    [
      'with a broken value',
      message({ value: Buffer.from([0x0a, 0xff, 0xff]) }),
      'the value is not a bailiwick.record.received.v1',
    ],
  ])('%s is poison, with a reason free of content', (_what, poison, reason) => {
    expect(decode(poison, EVENT_TYPES.received).poison).toBe(reason);
  });
});
