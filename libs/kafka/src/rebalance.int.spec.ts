import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FLAWLESS } from './checker.js';
import { TEST_CELL } from './sample.test-kit.js';
import { StageHarness } from './stage.test-kit.js';

describe('lanes that move hand on every record exactly once', () => {
  let broker: TestBroker;
  let harness: StageHarness;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
  });
  afterEach(() => harness.close());
  afterAll(() => broker.stop());

  it('when processes come and go under load', async () => {
    harness = await StageHarness.open(broker, 'rebalance');
    const feeding = (async () => {
      for (let n = 0; n < 40; n++) {
        await harness.feed(5);
        await sleep(150);
      }
    })();
    const first = await harness.spawn({ lanes: 4, workMs: 2 });
    await sleep(1000);
    const second = await harness.spawn({ lanes: 4, workMs: 2 });
    await sleep(1500);
    await harness.spawn({ lanes: 4, workMs: 2 });
    await sleep(1000);
    first.kill('SIGTERM');
    await once(first, 'exit');
    expect(first.exitCode).toBe(0);
    await sleep(1000);
    second.kill('SIGKILL');
    await feeding;
    expect(await harness.verdict()).toEqual(FLAWLESS);
  });

  it('when a zombie wakes after its partitions moved', async () => {
    harness = await StageHarness.open(broker, 'zombie');
    const zombie = await harness.spawn({ workMs: 20 });
    await harness.feed(60);
    await sleep(250);
    zombie.kill('SIGSTOP');
    await harness.feed(20);
    const heir = await harness.spawn({ workMs: 1 });
    await expect
      .poll(() => harness.seen().then(({ length }) => length), { timeout: 60_000 })
      .toBe(harness.sent.length);
    zombie.kill('SIGCONT');
    await harness.feed(60);
    expect(await harness.verdict()).toEqual(FLAWLESS);
    expect([zombie.exitCode, heir.exitCode]).toEqual([null, null]);
  });
});
