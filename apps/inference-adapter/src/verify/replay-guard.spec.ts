import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayGuard, type PastDelivery, type ReadDeliveries } from './replay-guard.js';

const TOPIC = 'eu.inference.request.eu-shared.v1';
const TTL_SECONDS = 900;

interface Logged extends PastDelivery {
  readonly partition: number;
  readonly iat: number;
  readonly writtenMs: number;
}

/** A topic in memory, and how often it was read back. */
function topic(): { log: Logged[]; read: ReadDeliveries; readings: { count: number } } {
  const log: Logged[] = [];
  const readings = { count: 0 };
  const read: ReadDeliveries = (before, sinceMs) => {
    readings.count++;
    return Promise.resolve(
      log.filter(
        ({ partition, offset, writtenMs }) =>
          partition === before.partition && offset < before.offset && writtenMs >= sinceMs,
      ),
    );
  };
  return { log, read, readings };
}

const delivery = (jti: string, offset: number, { iat = 1000, partition = 0 } = {}): Logged => ({
  jti,
  offset: BigInt(offset),
  partition,
  iat,
  exp: iat + TTL_SECONDS,
  writtenMs: iat * 1000 + offset,
});
const at = ({ partition, offset }: Logged) => ({ topic: TOPIC, partition, offset });
const tenure = (): AbortSignal => new AbortController().signal;

describe('within a tenure', () => {
  test('a receipt at other coordinates is a replay, at its own it is a repetition', async () => {
    const { read } = topic();
    const guard = new ReplayGuard(read);
    const signal = tenure();
    const [first, again] = [delivery('a', 5), delivery('a', 9)];
    expect(await guard.isReplay(first, at(first), signal)).toBe(false);
    expect(await guard.isReplay(first, at(first), signal)).toBe(false);
    expect(await guard.isReplay(again, at(again), signal)).toBe(true);
    expect(await guard.isReplay(again, at(again), signal)).toBe(true);
    expect(await guard.isReplay(first, at(first), signal)).toBe(false);
  });
  test('two deliveries that arrive at once: one is answered', async () => {
    const guard = new ReplayGuard(topic().read);
    const signal = tenure();
    const both = [delivery('a', 5), delivery('a', 6)];
    const replays = await Promise.all(both.map((each) => guard.isReplay(each, at(each), signal)));
    expect(replays).toEqual([false, true]);
  });
  test('the topic is read back once, not for every record', async () => {
    const { read, readings } = topic();
    const guard = new ReplayGuard(read);
    const signal = tenure();
    for (let offset = 0; offset < 50; offset++) {
      const each = delivery(`r${offset}`, offset, { iat: 1000 + offset });
      await guard.isReplay(each, at(each), signal);
    }
    expect(readings.count).toBe(1);
  });
});

describe('after a crash or a rebalance', () => {
  test('what another process was given is found in the partition itself', async () => {
    const { log, read } = topic();
    log.push(delivery('a', 5), delivery('b', 6));
    const replayed = delivery('a', 9);
    expect(await new ReplayGuard(read).isReplay(replayed, at(replayed), tenure())).toBe(true);
  });
  test('the record that was in work is a repetition, not a replay', async () => {
    const { log, read } = topic();
    const own = delivery('a', 5);
    log.push(own);
    expect(await new ReplayGuard(read).isReplay(own, at(own), tenure())).toBe(false);
  });
  test('a lane that came back does not trust what it knew before', async () => {
    const { log, read } = topic();
    const guard = new ReplayGuard(read);
    const mine = delivery('a', 1);
    await guard.isReplay(mine, at(mine), tenure());
    log.push(mine, delivery('b', 2));
    const replayed = delivery('b', 3);
    expect(await guard.isReplay(replayed, at(replayed), tenure())).toBe(true);
  });
  test('an older receipt makes it read further back', async () => {
    const { log, read } = topic();
    log.push(delivery('old', 1, { iat: 500 }), delivery('new', 2, { iat: 1300 }));
    const guard = new ReplayGuard(read);
    const signal = tenure();
    const young = delivery('young', 3, { iat: 1300 });
    expect(await guard.isReplay(young, at(young), signal)).toBe(false);
    const replayed = { ...delivery('old', 4, { iat: 500 }), writtenMs: 1_300_000 };
    expect(await guard.isReplay(replayed, at(replayed), signal)).toBe(true);
  });
});

test('a topic that cannot be read back stops nothing for ever', async () => {
  let broken = true;
  const guard = new ReplayGuard(() =>
    broken ? Promise.reject(new Error('no broker')) : Promise.resolve([]),
  );
  const signal = tenure();
  const each = delivery('a', 5);
  await expect(guard.isReplay(each, at(each), signal)).rejects.toThrow('no broker');
  broken = false;
  expect(await guard.isReplay(each, at(each), signal)).toBe(false);
});

test('for any deliveries and any restarts, a receipt is answered at its first coordinates only', async () => {
  const step = fc.record({ receipt: fc.nat(6), restart: fc.boolean(), partition: fc.nat(1) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { log, read } = topic();
      let guard = new ReplayGuard(read);
      let signal = tenure();
      const firsts = new Map<string, bigint>();
      for (const [offset, { receipt, restart, partition }] of steps.entries()) {
        if (restart) [guard, signal] = [new ReplayGuard(read), tenure()];
        // All requests about one subject lie in one partition.
        const jti = `${partition}/${receipt}`;
        const each = {
          ...delivery(jti, offset, { iat: 1000 + receipt, partition }),
          writtenMs: 1_100_000 + offset,
        };
        log.push(each);
        const expected = firsts.has(jti) && firsts.get(jti) !== each.offset;
        if (!firsts.has(jti)) firsts.set(jti, each.offset);
        expect(await guard.isReplay(each, at(each), signal)).toBe(expected);
      }
    }),
  );
});
