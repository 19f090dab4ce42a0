import { Reading, type Word } from '../reading.js';
import { WordList } from '../vocabulary.js';
import { Phrases } from './phrases.js';

/** Every word that says what a number is. Each recogniser adds its own when it is loaded. */
export const CONTEXT = new Phrases();

/** The topic of words that announce what is no personal number. */
const SOMETHING_ELSE = 'something else';
CONTEXT.add(
  'v|sn|s n|case|caso|fall|teil|bauteil|ersatzteil|pieza|pezzo|piece|onderdeel|czesc|czesci|zaak|zaaknummer|dossier|sprawa|sprawy|componente|' +
    'order|orders|order no|order number|invoice|invoices|invoice no|receipt|ticket|tickets|case no|case number|sku|skus|part no|part number|' +
    'part|serial|serial no|serial number|version|build|release|batch|lot|item|item no|article|article no|tracking|tracking no|' +
    'tracking number|shipment|parcel|reference|ref|ref no|quote|quotation|product|model|firmware|po|rma|asset|barcode|ean|gtin|isbn|upc|' +
    'customer number|customer no|customer id|client number|contract number|contract no|booking number|meter reading|incident|claim no|claim number|complaint|' +
    'timestamp|commit|transaction|job|run|sequence|offer|delivery note|purchase order|request id|warehouse|' +
    'bestellung|bestellnummer|bestell nr|auftrag|auftragsnummer|rechnung|rechnungsnummer|artikel|artikelnummer|seriennummer|' +
    'sendung|sendungsnummer|vorgang|vorgangsnummer|lieferschein|angebot|charge|teilenummer|aktenzeichen|kundennummer|kundennr|vertragsnummer|buchungsnummer|zahlerstand|vorfall|storung|' +
    'commande|facture|reference|article|colis|devis|lot|bon de livraison|numero de serie|numero de client|numero client|numero de contrat|reclamation|incident|' +
    'pedido|factura|albaran|referencia|articulo|envio|lote|numero de serie|presupuesto|numero de cliente|numero de contrato|incidencia|incidencias|reclamacion|' +
    'ordine|fattura|articolo|spedizione|lotto|preventivo|riferimento|bolla|numero cliente|codice cliente|segnalazione|reclamo|' +
    'bestelling|bestelnummer|factuur|factuurnummer|artikelnummer|zending|serienummer|offerte|klantnummer|meterstand|melding|klacht|' +
    'zamowienie|zamowienia|faktura|faktury|przesylka|przesylki|partia|oferta|nr seryjny|numer klienta|nr klienta|numer umowy|zgloszenie|zgloszenia|reklamacja',
  SOMETHING_ELSE,
);

/** How far before and after a number a word still speaks of it, in characters and words. */
const REACH = { before: 60, words: 9, after: 26, wordsAfter: 3, wordsBehind: 5, inside: 24 } as const;

const ADJACENT = /^[ \u00A0]?[([-]? ?$/;

/** What the words around a value say. */
export interface Context {
  /** How many words away the nearest word stands that speaks of each topic; those after the value count one more. */
  readonly distances: ReadonlyMap<string, number>;
  /** How the nearest such word hangs together with the value; a topic that speaks of another number is not there. */
  readonly ties: ReadonlyMap<string, Tie>;
}

/** Nothing but words stands between a word and the value, or a comma, a bracket, a line's end. */
export type Tie = 'clause' | 'sentence';

/** A word before another number speaks of that one. A year is none, and a list goes on: `PESEL 44051401359, 02070803628`. */
const NUMBER = /^(?!(?:19|20)\d\d$)\d{4,}$/;
const LIST = /^ ?[,;/&+] ?$/;

/** Ends of what is being said: `BSN unknown, contract 4711`, `BSN (old) - …`; an abbreviation's full stop is none. */
const CLAUSE_END = /[,;!?\n—(|/]|\s[-–]\s/;
const ABBREVIATION_MOST = 4;
/** A word with so many digits is a number of its own, and what was said before is said of it. */
const DIGITS_LEAST = 4;

const NOTHING: readonly string[] = [];
const SILENT: Context = { distances: new Map(), ties: new Map() };

/** What the words before a position say; the same for all who ask about one value. */
export function contextBefore(reading: Reading, start: number): Context {
  const { befores } = askedOf(reading);
  const known = befores.get(start);
  if (known) return known;
  const context = lookBefore(reading, start);
  befores.set(start, context);
  return context;
}

function lookBefore(reading: Reading, start: number): Context {
  const { words, text } = reading;
  const { topics, hasInside } = askedOf(reading);
  const next = reading.wordAt(start);
  let distances: Map<string, number> | undefined;
  let ties: Map<string, Tie> | undefined;
  let tied = next;
  let tie: Tie | undefined = 'clause';
  let from = start;
  for (let at = next - 1; at >= 0 && next - at <= REACH.words; at--) {
    const word = words[at];
    if (word === undefined || start - word.end > REACH.before) break;
    // A Chinese or Japanese word and the number after it are one run of letters and digits.
    if (word.end > start) continue;
    if (word.shape === 'digits' && NUMBER.test(word.folded)) {
      if (!LIST.test(text.slice(word.end, from))) break;
    } else
      for (const topic of topics[at] ?? NOTHING) {
        if (topic === SOMETHING_ELSE && !isDirect(reading, at, next, start)) continue;
        near((distances ??= new Map()), topic, next - at);
        if (isOfNumberBefore(reading, at)) continue;
        while (tie !== undefined && tied > at) tie = tieOver(reading, --tied, next, tie);
        if (tie !== undefined && ties?.has(topic) !== true) (ties ??= new Map()).set(topic, tie);
      }
    from = word.start;
  }
  if (hasInside)
    for (const topic of CONTEXT.topicsInside(text.slice(Math.max(0, start - REACH.inside), start))) {
      near((distances ??= new Map()), topic, 1);
      (ties ??= new Map()).set(topic, 'clause');
    }
  return distances ? { distances, ties: ties ?? SILENT.ties } : SILENT;
}

/**
 * `case 47 4111111111111111`: the case has its number already. `An invoice, 192.0.2.1`: it is not the invoice's.
 */
function isDirect({ words, text }: Reading, at: number, value: number, start: number): boolean {
  for (let between = at; between < value; between++) if (words[between]?.shape === 'digits') return false;
  return !/[,;!?\n—]/.test(text.slice(words[at]?.end, start));
}

/** How a word hangs together with a value when the next word does so by a tie; not at all beyond another number. */
function tieOver({ words, text }: Reading, at: number, value: number, tie: Tie): Tie | undefined {
  const word = words[at];
  const next = words[at + 1];
  if (!word || !next) return undefined;
  const gap = text.slice(word.end, next.start);
  if (isNumber(word) || isGroup(word, next, gap)) {
    const isList = next.shape === word.shape && next.end - next.start === word.end - word.start;
    return isList && LIST.test(gap) ? tie : undefined;
  }
  // The last word before a value speaks of it whatever stands between, unless the sentence is over.
  const isLast = at === value - 1;
  if (/^\.\s/.test(gap)) return isLast || word.folded.length <= ABBREVIATION_MOST ? tie : undefined;
  return isLast || !CLAUSE_END.test(gap) ? tie : 'sentence';
}

/** `39 92 03`: digits that a number is written in. */
const isGroup = (word: Word, next: Word, gap: string): boolean =>
  word.shape === 'digits' &&
  next.shape === 'digits' &&
  word.folded.length + next.folded.length >= DIGITS_LEAST &&
  /^[ \u00A0-]$/.test(gap);

const isNumber = ({ shape, folded }: Word): boolean =>
  (shape === 'digits' || shape === 'alphanumeric') && folded.replaceAll(/\D/g, '').length >= DIGITS_LEAST;

/**
 * What the words before a value and right after it say: `12345678901 (PESEL)`, `… is my SSN`. Those that announce an
 * order or a part speak of the next number as a rule.
 */
export function contextAround(reading: Reading, before: Context, end: number): Context {
  const { words, text } = reading;
  let distances: Map<string, number> | undefined;
  let ties: Map<string, Tie> | undefined;
  let from = end;
  const first = reading.wordAt(end);
  const { topics } = askedOf(reading);
  for (let at = first; at < words.length && at - first < REACH.wordsAfter; at++) {
    const word = words[at];
    // Beyond a comma or before a colon a word speaks of what comes next.
    if (word === undefined || word.start - end > REACH.after) break;
    if (!ADJACENT.test(text.slice(from, word.start)) || text[word.end] === ':') break;
    from = word.end;
    // `123026635 RC 0001`: two letters after a number are a part of it as a rule.
    if (word.folded.length < 3) continue;
    const spoken = topics[at] ?? NOTHING;
    if (spoken.length === 0 || hasNumberBehind(reading, at)) continue;
    for (const topic of spoken)
      if (topic !== SOMETHING_ELSE) {
        near((distances ??= new Map(before.distances)), topic, at - first + 2);
        (ties ??= new Map(before.ties)).set(topic, 'clause');
      }
  }
  return distances && ties ? { distances, ties } : before;
}

const COPULAS = new WordList('is was ist war est es e to jest');

/** `44051401359 (PESEL), 4711`, `… is his SSN`: the word speaks of the number before it. */
function isOfNumberBefore({ words, text }: Reading, at: number): boolean {
  for (let before = at - 1; before >= 0 && at - before <= REACH.wordsBehind; before--) {
    const word = words[before];
    const next = words[before + 1];
    if (!word || !next) return false;
    const gap = text.slice(word.end, next.start);
    if (gap === ' (' || (gap === ' ' && COPULAS.has(next)))
      return /\d/.test(text.slice(word.start, word.end) + (words[before - 1]?.folded ?? ''));
    if (CLAUSE_END.test(gap)) return false;
  }
  return false;
}

/** `4711 - PESEL 44051401359`: the word speaks of the number behind it. */
function hasNumberBehind({ words, text }: Reading, at: number): boolean {
  for (let next = at + 1; next <= at + REACH.wordsBehind; next++) {
    const word = words[next];
    if (!word || CLAUSE_END.test(text.slice(words[next - 1]?.end, word.start))) return false;
    if (/\d/.test(word.folded)) return true;
  }
  return false;
}

function near(distances: Map<string, number>, topic: string, distance: number): void {
  if (distance < (distances.get(topic) ?? Number.POSITIVE_INFINITY)) distances.set(topic, distance);
}

/** What is known of a text for all who ask about its values. */
interface Asked {
  /** What each word speaks of, alone or with those before it. */
  readonly topics: readonly (readonly string[])[];
  /** By where the value begins, as far as somebody has asked. */
  readonly befores: Map<number, Context>;
  /** It has scripts without spaces, where a phrase may stand inside of a run of letters. */
  readonly hasInside: boolean;
}

const askedOf = Reading.once((reading): Asked => ({
  topics: reading.words.map(({ folded }, at, words) =>
    CONTEXT.topics(words, at, folded.length === 1 ? initialsOf(reading, at) : undefined),
  ),
  befores: new Map(),
  hasInside: CONTEXT.mayStandInside(reading.text),
}));

/** The letters of `N.I.F.` are one word, at the last of them. */
function initialsOf({ words, text }: Reading, index: number): string {
  let folded = words[index]?.folded ?? '';
  for (let at = index - 1; at >= 0 && folded.length < INITIALS_MOST; at--) {
    const word = words[at];
    if (word?.folded.length !== 1 || text[word.end] !== '.') break;
    folded = word.folded + folded;
  }
  return folded;
}

const INITIALS_MOST = 6;

/** Whether any word of a text speaks of a topic, or may do so inside of a run of letters. */
export function speaksOf(reading: Reading, topic: string): boolean {
  const { topics, hasInside } = askedOf(reading);
  return hasInside || topics.some((spoken) => spoken.length > 0 && spoken.includes(topic));
}

/** Distance of the nearest word of one of the topics; undefined when there is none. */
export function distanceTo({ distances }: Context, topics: readonly string[]): number | undefined {
  let least: number | undefined;
  for (const topic of topics) {
    const distance = distances.get(topic);
    if (distance !== undefined && (least === undefined || distance < least)) least = distance;
  }
  return least;
}

/** Whether the nearest words announce something else: an order, a part, a version. */
export function speaksOfSomethingElse({ distances }: Context, own: number | undefined): boolean {
  const other = distances.get(SOMETHING_ELSE);
  return other !== undefined && other <= 3 && (own === undefined || other < own);
}
