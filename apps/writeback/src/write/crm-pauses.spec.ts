import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CrmPauses } from './crm-pauses.js';

test('a CRM that asked for it is left alone until then, and no other', () => {
  let now = 1000;
  const pauses = new CrmPauses(() => now);
  pauses.pause('crm', 'atlas', 5000);
  pauses.pause('crm', 'atlas', 2000);
  now += 4999;
  expect(pauses.left('crm', 'atlas')).toBe(1);
  expect(pauses.left('crm', 'harbor')).toBe(0);
  expect(pauses.left('other', 'atlas')).toBe(0);
  now += 1;
  expect(pauses.left('crm', 'atlas')).toBe(0);
});

test('whatever a CRM asks for, it is asked again within an hour', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 10 }), (asked) => {
      let now = 0;
      const pauses = new CrmPauses(() => now);
      for (const ms of asked) pauses.pause('crm', 'atlas', ms);
      now = 3_600_000;
      expect(pauses.left('crm', 'atlas')).toBe(0);
    }),
  );
});
