import { describe, expect, it } from 'vitest';
import { articleNine } from './article-nine.js';

describe('words of the special categories', () => {
  it('are found in most sentences of seven languages, and seldom where there are none', () => {
    const figures = articleNine();
    const sum = (of: 'there' | 'found' | 'wrong'): number => figures.reduce((all, one) => all + one[of], 0);
    expect(figures.every(({ there }) => there > 0)).toBe(true);
    expect(sum('found') / sum('there')).toBeGreaterThan(0.8);
    expect(sum('wrong')).toBeLessThan(sum('there') / 5);
  });
});
