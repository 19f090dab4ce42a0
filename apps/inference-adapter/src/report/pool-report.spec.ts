import { describe, expect, it } from 'vitest';
import { poolReport, type PoolState } from './pool-report.js';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const SAID = { at: new Date(NOW - 2000), models: ['triage-small'], accelerators: { ids: ['GPU-1'] } };
const state: PoolState = {
  pool: 'eu-shared',
  region: 'eu-central',
  now: NOW,
  since: NOW - 60_000,
  places: 4,
  waiting: 3,
  mostWaiting: 10,
  statement: SAID,
};

describe('R1 an adapter reports', () => {
  it('how much its queue still takes, with what the pool said of itself', () => {
    expect(poolReport(state)).toEqual({
      pool: 'eu-shared',
      region: 'eu-central',
      at: new Date(NOW),
      places: 4,
      waiting: 3,
      room: 7,
      statement: SAID,
    });
    expect(poolReport({ ...state, waiting: 11 }).room).toBe(0);
  });

  it('no room that it does not know of', () => {
    expect(poolReport({ ...state, waiting: undefined }).room).toBeUndefined();
  });

  it('no room in a pool that has not answered for a while, and has room again once it answers', () => {
    const away = { ...SAID, at: new Date(NOW - 15_001) };
    expect(poolReport({ ...state, statement: away }).room).toBe(0);
    expect(poolReport({ ...state, statement: undefined }).room).toBe(0);
    expect(poolReport({ ...state, statement: undefined, waiting: undefined }).room).toBe(0);
    expect(poolReport({ ...state, statement: undefined, since: NOW - 1000 }).room).toBe(7);
    expect(poolReport({ ...state, statement: SAID }).room).toBe(7);
  });
});
