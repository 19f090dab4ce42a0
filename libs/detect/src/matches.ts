import type { Reading, Word } from './reading.js';

/**
 * Matches of a sticky pattern where words begin that may open one, in order, without overlaps. To look at the words,
 * which are known, costs a fraction of a search through the text.
 */
export function matchesFrom(
  { words, text }: Reading,
  opens: (word: Word) => boolean,
  pattern: RegExp,
): readonly RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  let end = 0;
  for (const word of words) {
    if (word.start < end || !opens(word)) continue;
    pattern.lastIndex = word.start;
    const match = pattern.exec(text);
    if (!match) continue;
    end = word.start + match[0].length;
    matches.push(match);
  }
  return matches;
}
