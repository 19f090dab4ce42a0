import { describe, expect, it } from 'vitest';
import { templatesOf } from '../evaluation-set.js';
import { LANGUAGES } from '../sample.js';
import { trainingSet } from './training-set.js';

describe('the training set of the tagger', () => {
  const texts = trainingSet(150, 3);

  it('is the same for the same seed', () => {
    expect(trainingSet(150, 3)).toEqual(texts);
  });

  it('marks names where they stand: in order, from letter to letter', () => {
    let position = 0;
    for (const { text, marks } of texts) {
      expect(text).not.toMatch(/\{-?[a-z]+\}/);
      position = 0;
      for (const { start, end } of marks) {
        expect(start).toBeGreaterThanOrEqual(position);
        expect(text.slice(start, end)).toMatch(/^\S(?:[^]*\S)?$/);
        position = end;
      }
    }
  });

  it('has no sentence that the detectors are tuned or measured on', () => {
    const all = texts.map(({ text }) => text).join('\n');
    for (const language of LANGUAGES)
      for (const split of ['tune', 'held-back'] as const)
        for (const template of templatesOf(language, split)['sentence'] ?? []) {
          const longest = template.split(/\{[^}]*\}/).toSorted((a, b) => b.length - a.length)[0] ?? '';
          if (longest.length > 20) expect(all).not.toContain(longest);
        }
  });
});
