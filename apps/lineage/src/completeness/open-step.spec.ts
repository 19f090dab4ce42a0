import type { DecisionFact } from '@bailiwick/contracts';
import { expect, test } from 'vitest';
import { isOwedHere } from './open-step.js';

const cell = { jurisdiction: 'eu', pools: [{ id: 'eu-shared' }] };
const decided = (outcome: string, pool: string) => ({
  kind: 'decided',
  reason: '',
  decision: { outcome, pool } as DecisionFact,
});
const step = (kind: string, reason = '') => ({ kind, reason, decision: undefined });

test.each([
  ['was received', step('received'), true, true],
  ['was classified', step('classified'), true, true],
  ['was sent to a pool of the cell', decided('allow', 'eu-shared'), true, true],
  ['was sent to a pool elsewhere, whose border has it', decided('allow', 'us-shared'), true, false],
  ['is held', decided('hold', ''), true, false],
  ['came in over the border', step('relayed', 'from us-east'), false, true],
  ['went out over the border', step('relayed', 'to us-east'), true, false],
  ['was answered at home', step('answered'), true, true],
  ['was answered for another cell, on its way to the border', step('answered'), false, false],
  ['waits for its CRM', step('postponed'), true, false],
  ['is at its end', step('written-back'), true, false],
] as const)('a record that %s', (_what, last, isHome, owed) => {
  expect(isOwedHere(last, cell, isHome)).toBe(owed);
});
