import type { Reading } from '../reading.js';
import type { Finding } from '../recogniser.js';
import type { KnownWords } from './known-words.js';
import { place, REGION } from './lexicon.js';
import { phraseAt, US_STATE } from './place.js';
import { postcodeAt } from './postcode.js';
import { joined, streetAt } from './street.js';
import { UNITS, ZIP_CUES } from './street-words.js';

/** Parts that follow a street: unit, postcode, city, state, country. */
const PARTS_MOST = 10;
const SEPARATOR = /[ ,\n\r\t;·|–-]{1,4}|\. ?/y;

/** Addresses as one span, from the street to the country, over line breaks; and postcodes with their city. */
export function* addresses(reading: Reading, known: KnownWords): Iterable<Finding> {
  const { words } = reading;
  let from = 0;
  for (let at = 0; at < words.length; at++) {
    const street = streetAt(reading, known, at);
    if (street && street.first >= from) {
      const { last, located } = extended(reading, known, street.last);
      if (
        located >= 2 ||
        (located === 1 && isLineStart(reading, street.first)) ||
        (!street.guess && (street.numbered || located >= 0))
      ) {
        yield {
          start: words[street.first]?.start ?? 0,
          end: words[last]?.end ?? 0,
          entity: 'STREET_ADDRESS',
          score: Math.min(0.9, (street.numbered ? 0.75 : 0.6) + 0.1 * located),
          evidence: ['pattern'],
        };
        from = last + 1;
        at = last;
        continue;
      }
    }
    const found = at < from ? null : postcode(reading, known, at);
    if (!found) continue;
    yield found.finding;
    from = found.last + 1;
    at = found.last;
  }
}

/** An address begins a line, or follows the word that leads to it. */
function isLineStart({ words, text }: Reading, at: number): boolean {
  const before = text.slice(Math.max(0, (words[at]?.start ?? 0) - 3), words[at]?.start);
  return before === '' || /(?:\n|: | to|: ?\n)$/.test(before);
}

/** How far an address goes on behind a word, and how many parts it has that only an address has. */
function extended(reading: Reading, known: KnownWords, from: number): { last: number; located: number } {
  const { words, text } = reading;
  let last = from;
  let located = 0;
  let coded = false;
  for (let part = 0; part < PARTS_MOST; part++) {
    const at = last + 1;
    const word = words[at];
    if (!word || !joined(reading, last, SEPARATOR)) break;
    const next = words[at + 1];
    if (UNITS.has(word) && next && isUnitNumber(next.folded) && joined(reading, at, /[. #]{1,3}/y)) {
      last = at + 1;
      located++;
      continue;
    }
    const code = coded ? null : postcodeAt(text, word.start);
    if (code && (part === 0 || located > 0 || code.sure)) {
      const end = reading.wordAt(code.end) - 1;
      const city = cityAfterCode(reading, known, end);
      if (city !== null || located > 0 || code.sure) {
        last = city ?? end;
        located += 2;
        coded = true;
        continue;
      }
    }
    if (US_STATE.test(text.slice(word.start, word.end)) && located > 0) {
      last = at;
      located++;
      continue;
    }
    if (part === 0 && /^(?:[NS][EW]?|[EW])$/.test(text.slice(word.start, word.end))) {
      last = at;
      continue;
    }
    const city = cityAt(reading, known, at);
    if (city === null) break;
    last = city;
    located++;
  }
  return { last, located };
}

const isUnitNumber = (folded: string): boolean => /^(?:\d{1,5}[a-z]?|[a-z]\d{0,4})$/.test(folded);

/** Last word of a known place, or of words with capitals before a state or a postcode. */
function cityAt(reading: Reading, known: KnownWords, at: number): number | null {
  const { words, text } = reading;
  const word = words[at];
  if (!word || word.shape === 'lower' || word.shape === 'digits') return null;
  const found = phraseAt(reading, known, at);
  if (found && (place(found.lexeme) > 0 || (found.lexeme & REGION) !== 0)) {
    if ((known.uses[at] ?? 0) < 3 || found.last > at || place(found.lexeme) > 4) return found.last;
  }
  let last = at;
  while (last - at < 3 && words[last + 1]?.shape === 'title' && joined(reading, last, /[ -]/y)) last++;
  const next = words[last + 1];
  if (!next || !joined(reading, last, /,? /y)) return null;
  return US_STATE.test(text.slice(next.start, next.end)) || postcodeAt(text, next.start)?.sure ? last : null;
}

/** `10115 Berlin`: behind a postcode any words with capitals are the city. */
function cityAfterCode(reading: Reading, known: KnownWords, code: number): number | null {
  const next = reading.words[code + 1];
  if (!next || !joined(reading, code, /,? /y) || (next.shape !== 'title' && next.shape !== 'upper'))
    return null;
  const found = phraseAt(reading, known, code + 1);
  if (found && place(found.lexeme) > 0) return found.last;
  return (known.uses[code + 1] ?? 0) < 2 ? code + 1 : null;
}

/** A postcode with its city, before or after it, or with a word that says what it is. */
function postcode(
  reading: Reading,
  known: KnownWords,
  at: number,
): { finding: Finding; last: number } | null {
  const { words, text } = reading;
  const word = words[at];
  if (!word || (word.shape !== 'digits' && word.shape !== 'alphanumeric')) return null;
  if (/[\p{L}\p{N}.,:/#_-]/u.test(text[word.start - 1] ?? '')) return null;
  const code = postcodeAt(text, word.start);
  if (!code) return null;
  const end = reading.wordAt(code.end) - 1;
  const evidence = ['pattern'] as const;
  const state = words[at - 1];
  if (
    state &&
    joined(reading, at - 1, /,? |\n/y) &&
    US_STATE.test(text.slice(state.start, state.end)) &&
    /^\d{5}/.test(word.folded)
  ) {
    let first = at - 1;
    while (
      first > 0 &&
      at - first < 4 &&
      words[first - 1]?.shape === 'title' &&
      joined(reading, first - 1, first === at - 1 ? /,? /y : / /y)
    )
      first--;
    return {
      finding: { start: words[first]?.start ?? 0, end: code.end, entity: 'LOCATION', score: 0.85, evidence },
      last: end,
    };
  }
  const found = phraseAt(reading, known, end + 1);
  if (found && joined(reading, end, / /y) && words[end + 1]?.shape !== 'lower' && word.folded.length >= 4) {
    const size = place(found.lexeme);
    if (size > 0 && ((known.uses[end + 1] ?? 0) === 0 || (size >= 5 && (known.uses[end + 1] ?? 0) < 3)))
      return {
        finding: {
          start: word.start,
          end: words[found.last]?.end ?? 0,
          entity: 'LOCATION',
          score: 0.75,
          evidence,
        },
        last: found.last,
      };
  }
  const cued = ZIP_CUES.test(text.slice(Math.max(0, word.start - 32), word.start));
  if (cued || code.sure)
    return {
      finding: { start: word.start, end: code.end, entity: 'ZIP_CODE', score: cued ? 0.8 : 0.6, evidence },
      last: end,
    };
  return null;
}
