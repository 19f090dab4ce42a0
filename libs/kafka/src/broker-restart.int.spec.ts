import { setTimeout as sleep } from 'node:timers/promises';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FLAWLESS } from './checker.js';
import { TEST_CELL } from './sample.test-kit.js';
import { StageHarness } from './stage.test-kit.js';

describe('a broker that goes away', () => {
  let broker: TestBroker;
  let harness: StageHarness;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    harness = await StageHarness.open(broker, 'restart');
  });
  afterEach(() => harness.close());
  afterAll(() => broker.stop());

  it.each(['killed', 'stopped'])(
    'costs no record and makes none twice when it is %s and comes back',
    async (how) => {
      const stage = await harness.spawn({ workMs: 3 });
      await harness.feed(80);
      await sleep(300);
      if (how === 'killed') await broker.process.kill();
      else await broker.process.stop();
      await sleep(1000);
      await broker.process.start();
      await harness.feed(20);
      expect(await harness.verdict(90_000)).toEqual(FLAWLESS);
      expect(stage.exitCode).toBeNull();
    },
  );
});
