import type { Reading } from '../reading.js';
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
    'timestamp|commit|transaction|job|run|sequence|offer|delivery note|purchase order|request id|warehouse|' +
    'bestellung|bestellnummer|bestell nr|auftrag|auftragsnummer|rechnung|rechnungsnummer|artikel|artikelnummer|seriennummer|' +
    'sendung|sendungsnummer|vorgang|vorgangsnummer|lieferschein|angebot|charge|teilenummer|aktenzeichen|' +
    'commande|facture|reference|article|colis|devis|lot|bon de livraison|numero de serie|' +
    'pedido|factura|albaran|referencia|articulo|envio|lote|numero de serie|presupuesto|' +
    'ordine|fattura|articolo|spedizione|lotto|preventivo|riferimento|bolla|' +
    'bestelling|bestelnummer|factuur|factuurnummer|artikelnummer|zending|serienummer|offerte|' +
    'zamowienie|zamowienia|faktura|faktury|przesylka|przesylki|partia|oferta|nr seryjny',
  SOMETHING_ELSE,
);

/** How far before and after a number a word still speaks of it, in characters and words. */
const REACH = { before: 60, words: 9, after: 26, wordsAfter: 3, inside: 24 } as const;

const ADJACENT = /^[ \u00A0]?[([-]? ?$/;

/** What the words around a value say. */
export interface Context {
  /** How many words away the nearest word stands that speaks of each topic; those after the value count one more. */
  readonly distances: ReadonlyMap<string, number>;
}

/** A word before another number speaks of that one. A year is none, and a list goes on: `PESEL 44051401359, 02070803628`. */
const NUMBER = /^(?!(?:19|20)\d\d$)\d{4,}$/;
const LIST = /^ ?[,;/&+] ?$/;

const SILENT: Context = { distances: new Map() };

/** What the words before a position say. */
export function contextBefore(reading: Reading, start: number): Context {
  const { words, text } = reading;
  let distances: Map<string, number> | undefined;
  const next = reading.wordAt(start);
  const topics = topicsOf(reading);
  let from = start;
  // `case 47 4111111111111111`: the case has its number already. `An invoice, 192.0.2.1`: it is not the invoice's.
  let isDirect = true;
  for (let at = next - 1; at >= 0 && next - at <= REACH.words; at--) {
    const word = words[at];
    if (word === undefined || start - word.end > REACH.before) break;
    // A Chinese or Japanese word and the number after it are one run of letters and digits.
    if (word.end > start) continue;
    isDirect &&= word.shape !== 'digits' && !/[,;!?\n—]/.test(text.slice(word.end, from));
    if (word.shape === 'digits' && NUMBER.test(word.folded)) {
      if (!LIST.test(text.slice(word.end, from))) break;
    } else
      for (const topic of topicsAt(reading, at, topics))
        if (isDirect || topic !== SOMETHING_ELSE) near((distances ??= new Map()), topic, next - at);
    from = word.start;
  }
  for (const topic of CONTEXT.topicsInside(text.slice(Math.max(0, start - REACH.inside), start)))
    near((distances ??= new Map()), topic, 1);
  return distances ? { distances } : SILENT;
}

/**
 * What the words before a value and right after it say: `12345678901 (PESEL)`, `… is my SSN`. Those that announce an
 * order or a part speak of the next number as a rule.
 */
export function contextAround(reading: Reading, before: Context, end: number): Context {
  const { words, text } = reading;
  let distances: Map<string, number> | undefined;
  let from = end;
  const first = reading.wordAt(end);
  const topics = topicsOf(reading);
  for (let at = first; at < words.length && at - first < REACH.wordsAfter; at++) {
    const word = words[at];
    // Beyond a comma or before a colon a word speaks of what comes next.
    if (word === undefined || word.start - end > REACH.after) break;
    if (!ADJACENT.test(text.slice(from, word.start)) || text[word.end] === ':') break;
    from = word.end;
    // `123026635 RC 0001`: two letters after a number are a part of it as a rule.
    if (word.folded.length < 3) continue;
    for (const topic of topicsAt(reading, at, topics))
      if (topic !== SOMETHING_ELSE) near((distances ??= new Map(before.distances)), topic, at - first + 2);
  }
  return distances ? { distances } : before;
}

function near(distances: Map<string, number>, topic: string, distance: number): void {
  if (distance < (distances.get(topic) ?? Number.POSITIVE_INFINITY)) distances.set(topic, distance);
}

/** What each word of a text speaks of, as far as somebody has asked. */
type Topics = (readonly string[] | undefined)[];
const known = new WeakMap<Reading, Topics>();

function topicsOf(reading: Reading): Topics {
  const topics = known.get(reading) ?? [];
  if (topics.length === 0) known.set(reading, topics);
  return topics;
}

/** What the word with an index speaks of, alone or with those before it. */
function topicsAt(reading: Reading, index: number, topics: Topics): readonly string[] {
  return (topics[index] ??= CONTEXT.topics(wordOf(reading, index), (distance) =>
    index < distance ? undefined : reading.words[index - distance]?.folded,
  ));
}

/** A word, folded; the letters of `N.I.F.` are one word, at the last of them. */
function wordOf({ words, text }: Reading, index: number): string {
  let folded = words[index]?.folded ?? '';
  if (folded.length !== 1) return folded;
  for (let at = index - 1; at >= 0 && folded.length < INITIALS_MOST; at--) {
    const word = words[at];
    if (word?.folded.length !== 1 || text[word.end] !== '.') break;
    folded = word.folded + folded;
  }
  return folded;
}

const INITIALS_MOST = 6;

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
