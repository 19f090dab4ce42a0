import { describe, expect, it } from 'vitest';
import { languagesOf } from './languages.js';
import { Reading } from './reading.js';
import { WordList } from './vocabulary.js';

const wordsOf = (text: string) => new Reading(text).words;

describe('a list of words', () => {
  const towers = new WordList('quasiturm quasitower');
  const greetings = new WordList({ en: 'quasihello', de: 'quasihallo quasihi', nl: 'quasihallo' });

  it('has its words as they are read, whatever their case and accents, and no others', () => {
    expect(wordsOf('Quasítower QUASITURM quasi quasitowers').map((word) => towers.has(word))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(towers.hasText('quasiturm')).toBe(true);
    expect(towers.hasText('quasihello')).toBe(false);
    expect(towers.has(undefined)).toBe(false);
  });

  it('has a word in its languages only', () => {
    const [word] = wordsOf('quasihallo');
    expect(greetings.has(word, { languages: languagesOf(['de']) })).toBe(true);
    expect(greetings.has(word, { languages: languagesOf(['nl', 'en']) })).toBe(true);
    expect(greetings.has(word, { languages: languagesOf(['en']) })).toBe(false);
    expect(greetings.has(word)).toBe(true);
  });

  it('keeps its words while other lists grow', () => {
    const many = Array.from({ length: 5000 }, (_, at) => `quasi${at}`);
    const grown = new WordList(many.join(' '));
    expect(many.every((word) => grown.hasText(word) && !towers.hasText(word))).toBe(true);
    expect(towers.hasText('quasitower')).toBe(true);
    expect([...towers]).toEqual(['quasiturm', 'quasitower']);
  });

  it('knows no word of marks alone', () => {
    expect(wordsOf('\u0301').map((word) => towers.has(word))).toEqual([false]);
  });
});

describe('a reading', () => {
  it('tells the first word from each position on', () => {
    const reading = new Reading(' ab c-d');
    expect([-1, 0, 1, 2, 3, 4, 5, 6, 7, 99].map((position) => reading.wordAt(position))).toEqual([
      0, 0, 0, 1, 1, 1, 2, 2, 3, 3,
    ]);
    expect(new Reading('').wordAt(0)).toBe(0);
  });

  it('answers a question once', () => {
    let asked = 0;
    const question = Reading.once(({ text }) => ({ text, asked: ++asked }));
    const other = Reading.once(() => ({}));
    const reading = new Reading('one');
    expect(question(reading)).toBe(question(reading));
    expect(question(reading)).toEqual({ text: 'one', asked: 1 });
    expect(question(new Reading('two'))).toEqual({ text: 'two', asked: 2 });
    expect(other(reading)).toEqual({});
  });
});
