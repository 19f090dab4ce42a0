import type { DecisionFact } from '@bailiwick/contracts';
import { expect, test } from 'vitest';
import { passedTopics, topicsAfter, waitingTopics } from './open-step.js';

const cell = { jurisdiction: 'eu', pools: [{ id: 'eu-shared' }, { id: 'eu-own' }], borders: ['us'] };
const decided = (outcome: string, pool: string) => ({
  kind: 'decided',
  reason: '',
  decision: { outcome, pool } as DecisionFact,
});
const step = (kind: string, reason = '') => ({ kind, reason, decision: undefined });

test.each([
  ['was received', step('received'), true, ['eu.crm.record.v1']],
  ['was classified', step('classified'), true, ['eu.crm.classified.v1']],
  ['was sent to a pool of the cell', decided('allow', 'eu-own'), true, ['eu.inference.request.eu-own.v1']],
  ['was sent to a pool elsewhere', decided('allow', 'us-shared'), true, ['eu.border.us.v1']],
  [
    'waits for room',
    decided('hold', ''),
    true,
    ['eu.inference.waiting.eu-shared.v1', 'eu.inference.waiting.eu-own.v1'],
  ],
  [
    'came in over the border to be answered',
    step('relayed', 'from us-east'),
    false,
    ['eu.inference.request.eu-shared.v1', 'eu.inference.request.eu-own.v1'],
  ],
  ['came home over the border', step('relayed', 'from us-east'), true, ['eu.inference.result.v1']],
  ['goes home for a new decision', step('relayed', 'receipt-expired'), false, ['eu.border.us.v1']],
  ['went out over the border', step('relayed', 'to us-east'), true, []],
  ['was given back by a pool', step('returned'), true, ['eu.inference.returned.v1']],
  ['was answered at home', step('answered'), true, ['eu.inference.result.v1']],
  ['was answered for another cell', step('answered'), false, ['eu.border.us.v1']],
  ['waits for its CRM', step('postponed'), true, ['eu.writeback.postponed.v1']],
  ['is held', step('held'), true, []],
  ['was discarded', step('discarded'), true, []],
  ['is at its end', step('written-back'), true, []],
] as const)('a record that %s', (_what, last, isHome, topics) => {
  expect(topicsAfter(last, cell, isHome)).toEqual(topics);
});

test('a record that was released may lie in any topic that somebody owes it a step from', () => {
  const anywhere = topicsAfter(step('released'), cell, true);
  expect(anywhere).toEqual([...passedTopics(cell), ...waitingTopics(cell)]);
  expect(new Set(anywhere).size).toBe(anywhere.length);
  expect(anywhere).toHaveLength(7 + 4);
});
