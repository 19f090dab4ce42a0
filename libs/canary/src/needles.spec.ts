import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Needles } from './needles.js';

it('finds the same values as looking for each alone', () => {
  const bytes = (minLength: number, maxLength: number) =>
    fc.array(fc.constantFrom(0, 1, 255), { minLength, maxLength }).map((list) => Buffer.from(list));
  fc.assert(
    fc.property(fc.array(bytes(2, 5), { maxLength: 6 }), bytes(0, 60), (forms, haystack) => {
      const found = new Needles(forms.map((form, index) => [index, [form]] as const)).in(haystack);
      const expected = forms.flatMap((form, index) => (haystack.includes(form) ? [index] : []));
      expect([...found].toSorted((a, b) => a - b)).toEqual(expected);
    }),
  );
});
