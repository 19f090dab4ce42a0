/**
 * Words that differ by one slip of a key: a letter more, less or another, or two exchanged (Damerau and Levenshtein's
 * distance of one). Every word is filed under what it is with one letter left out; two words with a slip between them
 * share such a remainder or one is the other's. So a look-up costs the length of the word and not that of the list.
 */

/** Shorter words with a slip are other words too often. */
const LETTERS_LEAST = 6;
const LETTERS_MOST = 30;

/** Files a word under its remainders. */
export function addSlips(word: string, slips: Map<string, string[]>): void {
  if (word.length < LETTERS_LEAST || word.length > LETTERS_MOST) return;
  for (const remainder of remaindersOf(word)) {
    const beside = slips.get(remainder);
    if (!beside) slips.set(remainder, [word]);
    else if (!beside.includes(word)) beside.push(word);
  }
}

/** The filed word that this one is but for one slip; null when there is none. */
export function misspelt(word: string, slips: ReadonlyMap<string, readonly string[]>): string | null {
  if (word.length < LETTERS_LEAST - 1 || word.length > LETTERS_MOST + 1) return null;
  for (const remainder of remaindersOf(word))
    for (const candidate of slips.get(remainder) ?? []) if (isOneSlip(word, candidate)) return candidate;
  return null;
}

function* remaindersOf(word: string): Iterable<string> {
  yield word;
  for (let at = 0; at < word.length; at++) yield word.slice(0, at) + word.slice(at + 1);
}

/** Whether exactly one slip makes one word the other. */
export function isOneSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  if (a.length > b.length) return a.slice(same + 1) === b.slice(same);
  if (a.length < b.length) return a.slice(same) === b.slice(same + 1);
  if (a.slice(same + 1) === b.slice(same + 1)) return true;
  return a[same] === b[same + 1] && a[same + 1] === b[same] && a.slice(same + 2) === b.slice(same + 2);
}
