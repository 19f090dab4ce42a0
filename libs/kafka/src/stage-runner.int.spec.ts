import { EVENT_TYPES, partitionKey, toHeaders, topicNames, type RecordReceived } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StageRunner, emit } from './index.js';
import { TransactionalProducer } from './transactional-producer.js';

describe('smoke', () => {
  it('x', () => expect(1).toBe(1));
});
