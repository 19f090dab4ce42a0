import { expect, it } from 'vitest';
import { decide } from './decide.js';
import { engineNumber, withEngine } from './engine.js';
import { forbid, input } from './input.test-kit.js';
import { isTooDeep } from './statements.js';

const nested = (depth: number): string =>
  forbid('p', `when { ${'('.repeat(depth)}true${')'.repeat(depth)} }`);

it('an engine that has run out of its stack is replaced, and decides as before', () => {
  const policy = {
    tenant: 'atlas',
    version: 1,
    text: forbid('late', 'when { context.record.sensitivityRank > 3 }'),
  };
  const before = [decide(input), decide({ ...input, policy })];
  const engine = engineNumber();
  // Past the guard, which no text of a tenant is.
  expect(withEngine((cedar) => cedar.policyToJson(nested(500)))).toBeUndefined();
  expect(engineNumber()).toBe(engine + 1);
  expect([decide(input), decide({ ...input, policy })]).toEqual(before);
});

it('what is let through to the engine is far from running it out of its stack', () => {
  expect(isTooDeep(nested(20))).toBe(false);
  expect(isTooDeep(nested(30))).toBe(true);
  const engine = engineNumber();
  expect(withEngine((cedar) => cedar.policyToJson(nested(60)))?.type).toBe('success');
  expect(engineNumber()).toBe(engine);
});
