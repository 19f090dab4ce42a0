import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FLAWLESS } from './checker.js';
import { TEST_CELL } from './sample.test-kit.js';
import { StageHarness } from './stage.test-kit.js';

describe('a stage that is killed hands on every record exactly once', () => {
  let broker: TestBroker;
  let harness: StageHarness;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
  });
  afterEach(() => harness.close());
  afterAll(() => broker.stop());

  it.each([
    ['before it produces', { request: 'AddPartitionsToTxn', count: 2 }],
    ['after it produced, before offsets', { request: 'Produce', count: 2 }],
    ['after its offsets, before it commits', { request: 'TxnOffsetCommit', count: 2 }],
    ['after it committed', { request: 'EndTxn', count: 2 }],
  ])('%s', async (_when, dieAt) => {
    harness = await StageHarness.open(broker, `crash-${dieAt.request.toLowerCase()}`);
    await harness.feed(60);
    const doomed = await harness.spawn({ dieAt });
    if (doomed.signalCode === null) await once(doomed, 'exit');
    expect(doomed.signalCode).toBe('SIGKILL');
    await harness.feed(5);
    await harness.spawn();
    expect(await harness.verdict()).toEqual(FLAWLESS);
  });

  it('at any moment, many times', async () => {
    harness = await StageHarness.open(broker, 'crash-any');
    for (let round = 0; round < 5; round++) {
      await harness.feed(40);
      const doomed = await harness.spawn({ workMs: 5 });
      await sleep(20 + Math.random() * 200);
      doomed.kill('SIGKILL');
      await once(doomed, 'exit');
    }
    await harness.spawn();
    expect(await harness.verdict()).toEqual(FLAWLESS);
  });
});
