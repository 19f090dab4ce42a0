import { PoolReport } from '@bailiwick/contracts';
import { describe, expect, it } from 'vitest';
import { EU, NOW, controlState } from '../route/router.test-kit.js';
import { PoolInventory } from './pool-inventory.js';

const STALE_AFTER_MS = 90_000;
const report = (more: Partial<PoolReport> = {}): PoolReport =>
  PoolReport.fromPartial({ pool: 'eu-shared', region: 'eu-central', at: new Date(NOW), places: 4, ...more });
const inventory = (): PoolInventory => new PoolInventory(EU, controlState(), STALE_AFTER_MS);
const eu = (one: PoolInventory, now = NOW) => one.at(now).now.find(({ id }) => id === 'eu-shared');

describe('the inventory of pools', () => {
  it('holds what was agreed on as the newest report says it is, and the same without its load', () => {
    const one = inventory();
    one.take(
      'eu-shared',
      report({
        room: 0,
        statement: { at: new Date(NOW), models: ['small'], accelerators: { ids: ['GPU-1'] } },
      }),
    );
    const attestedAt = '2026-11-01T12:00:00.000Z';
    expect(eu(one)).toMatchObject({ models: ['small'], room: 0, accelerators: ['GPU-1'], attestedAt });
    expect(one.at(NOW).roomy.some((pool) => 'room' in pool)).toBe(false);
    one.take('eu-shared', report({ at: new Date(NOW + 1), room: 7 }));
    expect(eu(one)).toMatchObject({ room: 7 });
    expect(eu(one)).not.toHaveProperty('attestedAt');
  });

  it('forgets what a report said when it is older than the limit, without hearing anything', () => {
    const one = inventory();
    one.take('eu-shared', report({ room: 0 }));
    expect(eu(one, NOW + STALE_AFTER_MS)).toMatchObject({ room: 0 });
    expect(eu(one, NOW + STALE_AFTER_MS + 1)).not.toHaveProperty('room');
    // A clock that was ahead: what it said counts once it can be true.
    one.take('eu-shared', report({ at: new Date(NOW + 2 * STALE_AFTER_MS), room: 0 }));
    expect(eu(one, NOW)).not.toHaveProperty('room');
    expect(eu(one, NOW + STALE_AFTER_MS)).toMatchObject({ room: 0 });
  });

  it('takes no word about another pool, another cell, or a pool that nobody agreed on', () => {
    const one = inventory();
    one.take('eu-shared', report({ pool: 'us-shared', room: 0 }));
    one.take('eu-shared', report({ region: 'us-east', room: 0 }));
    one.take('eu-new', report({ pool: 'eu-new', room: 9 }));
    expect(one.at(NOW).now.map((pool) => [pool.id, pool.room])).toEqual([
      ['eu-shared', undefined],
      ['us-shared', undefined],
    ]);
  });

  it('is the same list while it says the same', () => {
    const one = inventory();
    one.take('eu-shared', report({ room: 3 }));
    expect(one.at(NOW).now).toBe(one.at(NOW + 1000).now);
  });
});
