import type { MarkedText, TaggedKind } from '@bailiwick/detect';
import { templatesOf } from '../evaluation-set.js';
import { hash, randomOf, type Random } from '../random.js';
import { LANGUAGES, type Language } from '../sample.js';
import { TRAPS } from '../traps.js';
import { PLACES } from '../place.js';
import { VALUES } from '../values.js';
import { de } from './sentences/de.js';
import { en } from './sentences/en.js';
import { es } from './sentences/es.js';
import { fr } from './sentences/fr.js';
import { it } from './sentences/it.js';
import { nl } from './sentences/nl.js';
import { pl } from './sentences/pl.js';
import { ABBREVIATIONS, PHRASES } from './phrases.js';
import { Values } from './values.js';
import { OTHER_WORDS } from './words.js';

const SENTENCES: Readonly<Record<Language, readonly string[]>> = { en, de, fr, es, it, nl, pl };

/** Values of single fields: most CRM texts are no sentences. */
const FIELDS = [
  '{p}',
  '{p}',
  '{p}',
  '{f}',
  '{f}',
  '{l}',
  '{l}',
  '{l}, {f}',
  '{c}',
  '{c}',
  '{c}',
  '{n}',
  '{o}',
  '{o}',
  '{o}',
  '{o}',
  '{c}, {n}',
  '{c} - {n}',
  '{o}, {c}',
  '{o} - {c}',
  '{o} ({c})',
  '{p} ({o})',
  '{p}, {o}',
  '{p} - {o}',
  '{o} / {p}',
  '{p}, {c}',
  '{p} / {c}',
  '{p}\n{a}',
  '{o}\n{a}',
  '{a}',
  '{a}',
  '{p} & {p}',
  '{f} & {f} {l}',
  '{p}; {p}',
  '{p}, {j}',
  '{j}',
  '{x}',
  '{x}',
  '{v}',
  '{v}',
  '{v}',
  '{v}',
  '{v}',
  '{v}',
  '{v} - {v}',
  '{v} ({d})',
  '{d}',
  '{x} {num}',
  '{f} {num}',
  '{l} {-sku}',
  '{f} / {-order}',
  '{o} {num}',
  '{o} - {-amount}',
  '{v}: {p}',
  '{v} {c}',
  '{kp}: {p}',
  '{kp} {p}',
  '{kc}: {c}',
  '{kc} {c}',
  '{ko}: {o}',
  '{ko} {o}',
  '{kx}: {v}',
  '{kx}: {x}',
  '{kp}: {p}, {ko}: {o}',
  '{kp}: {l}',
  '{kp}: {f}',
  '{k} {num}',
  '{k}: {num}',
  '{k} {ip}',
  '{k}/{k} {card}',
  '{k} {iban}',
  '{k} {phone}',
  '{k}/{k} {id}',
  '{k}: {id}',
  '{adj}',
  '{p} {phone}',
  '{o} {url}',
  '{o} {iban}',
  '{p} <{email}>',
  '{c} {d}',
  '{-noun}',
  '{-brand}',
  '{-weekday}',
  '{-month}',
  '{l} {l}',
  '{o} & {o}',
] as const;

/** The slots of the evaluation set's own templates, by those of this set. */
const OWN_SLOTS: Readonly<Record<string, string>> = {
  person: 'p',
  first: 'f',
  last: 'l',
  org: 'o',
  city: 'c',
  address: 'a',
};
const KINDS: Readonly<Record<string, TaggedKind>> = {
  p: 'PERSON',
  f: 'PERSON',
  l: 'PERSON',
  c: 'GPE',
  n: 'GPE',
  o: 'ORGANIZATION',
  a: 'STREET_ADDRESS',
};
const SLOT = /\{(-?)([a-z]+)\}/g;

function render(template: string, values: Values): MarkedText {
  const { random, language } = values;
  const marks: MarkedText['marks'][number][] = [];
  const words = OTHER_WORDS[language];
  let text = '';
  let position = 0;
  for (const { index, 0: slot, 1: isTrap, 2: name = '' } of template.matchAll(SLOT)) {
    text += template.slice(position, index);
    position = index + slot.length;
    const key = OWN_SLOTS[name] ?? name;
    const start = text.length;
    if (isTrap) text += TRAPS[name]?.(random, language) ?? '';
    else if (name === 'reversed') text += `${values.last()}, ${values.first()}`;
    else text += valueOf(key, values, words);
    const kind = name === 'reversed' ? 'PERSON' : KINDS[key];
    if (kind && !isTrap) marks.push({ start, end: text.length, kind });
  }
  return { text: text + template.slice(position), marks };
}

function valueOf(key: string, values: Values, words: (typeof OTHER_WORDS)[Language]): string {
  const { random } = values;
  switch (key) {
    case 'p':
      return values.person();
    case 'f':
      return values.first();
    case 'l':
      return values.last();
    case 'o':
      return values.organization();
    case 'c':
      return values.town();
    case 'n':
      return values.country();
    case 'a':
      return values.address();
    case 'j':
      return values.job();
    case 'x':
      return values.thing();
    case 'd':
      return values.date();
    case 'num':
      return values.number();
    case 'v':
      return random.pick(words.values);
    case 'k':
      return random.pick(ABBREVIATIONS);
    case 'adj':
      return random.pick(PHRASES[values.language].adjectives);
    case 'kp':
    case 'kc':
    case 'ko':
    case 'kx':
      return random.pick(words.labels[key.slice(1) as keyof typeof words.labels]);
    default:
      return ofEvaluation(key, values);
  }
}

/** What has a form of its own, as the evaluation set writes it: telephone numbers, cards, pages. */
function ofEvaluation(slot: string, { language, random }: Values): string {
  const place = random.pick(PLACES.filter((known) => known.language === language));
  const make = VALUES[slot];
  if (!make) throw new TypeError(`no slot ${slot}`);
  return make(place, random).value;
}

/** A sentence with a phrase more, anywhere between two of its words: what is learned is not the sentences alone. */
function extended(sentence: string, values: Values): string {
  const { random, language } = values;
  const gaps = [...sentence.matchAll(/(?<=[\p{L}}]) (?=[\p{Ll}{(])/gu)].map(({ index }) => index);
  if (gaps.length === 0) return sentence;
  const at = random.pick(gaps);
  return `${sentence.slice(0, at)} ${random.pick(PHRASES[language].inserted)}${sentence.slice(at)}`;
}

/** Several texts one after the other. */
function joined(parts: readonly MarkedText[], gap: string): MarkedText {
  const marks: MarkedText['marks'][number][] = [];
  let text = '';
  for (const part of parts) {
    if (text !== '') text += gap;
    for (const { start, end, kind } of part.marks)
      marks.push({ start: start + text.length, end: end + text.length, kind });
    text += part.text;
  }
  return { text, marks };
}

const isMarked = ({ marks }: MarkedText, end: number): boolean => marks.at(-1)?.end === end;

/** As people write too: in small letters, in capitals, without accents, with spaces around every sign. */
function varied(marked: MarkedText, random: Random): MarkedText {
  const same = (text: string): MarkedText =>
    text.length === marked.text.length ? { ...marked, text } : marked;
  const choice = random.below(100);
  if (choice < 9) return same(marked.text.toLowerCase());
  if (choice < 12) return same(marked.text.toUpperCase());
  if (choice < 16) return same(marked.text.normalize('NFD').replaceAll(/\p{M}/gu, ''));
  if (choice < 19) return same(marked.text.replaceAll(/(?<=^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase()));
  if (choice < 27) return spaced(marked);
  if (choice < 43) return same(capitalised(marked, random));
  if (choice < 47)
    return same(isMarked(marked, marked.text.length) ? marked.text : marked.text.replace(/[.!?]$/, ' '));
  return marked;
}

/** Some words that are no names with capitals, as in `Terms and Conditions`. */
function capitalised({ text, marks }: MarkedText, random: Random): string {
  const words = [...text.matchAll(/\p{Ll}{3,}/gu)].filter(
    ({ index, 0: word }) =>
      !/[\p{L}\p{N}]/u.test(text[index - 1] ?? '') &&
      marks.every(({ start, end }) => index + word.length <= start || index >= end),
  );
  if (words.length === 0) return text;
  const first = random.below(words.length);
  let out = text;
  for (const { index } of words.slice(first, first + 1 + random.below(3)))
    out = out.slice(0, index) + (out[index] ?? '').toUpperCase() + out.slice(index + 1);
  return out;
}

/** Signs with spaces around them, as in tokenised news. */
function spaced({ text, marks }: MarkedText): MarkedText {
  const starts = new Map<number, number>();
  let out = '';
  for (let at = 0; at <= text.length; at++) {
    const isSign = /[.,!?;:()"]/.test(text[at] ?? '') && !/[\p{L}\p{N}]/u.test(text[at + 1] ?? '');
    if (isSign && !/\s$/.test(out)) out += ' ';
    starts.set(at, out.length);
    out += text[at] ?? '';
    if (text[at] === '(') out += ' ';
  }
  const ends = (at: number): number => (starts.get(at - 1) ?? 0) + 1;
  return {
    text: out,
    marks: marks.map(({ start, end, kind }) => ({ start: starts.get(start) ?? 0, end: ends(end), kind })),
  };
}

/** Texts with their names marked, in all languages; the seed decides all of it. */
export function trainingSet(size: number, seed: number): readonly MarkedText[] {
  return LANGUAGES.flatMap((language) => {
    const random = randomOf(hash(`tagger/${seed}/${language}`));
    const values = new Values(language, random, hash(`tagger/${seed}/${language}`));
    for (const { faker } of PLACES) faker.seed(hash(`tagger/${seed}/${language}`));
    const { sentence = [], greeting = [], signature = [], field = [] } = templatesOf(language, 'train');
    const sentences = SENTENCES[language];
    const one = (templates: readonly string[]): MarkedText => render(random.pick(templates), values);
    const anySentence = (): MarkedText => {
      const template = random.pick(random.below(4) === 0 ? sentence : sentences);
      values.isSentence = true;
      const made = render(random.below(2) === 0 ? extended(template, values) : template, values);
      values.isSentence = false;
      return made;
    };
    const { greetings, closings } = PHRASES[language];
    const letter = (): MarkedText => {
      const lines = [one(closings), one(['{p}', '{p}', '{f}', '{l}', '{f} {l}'])];
      if (random.below(2) === 0) lines.push(one(['{j}', '{j}, {o}', '{j} | {o}']));
      if (random.below(2) === 0) lines.push(one(['{o}', '{o}\n{a}', '{c}', '{k} {phone}', '{email}']));
      const ending = joined(lines, random.pick(['\n', '\n', ' ']));
      return joined(
        [one(greetings), joined([anySentence(), anySentence()], ' '), ending],
        random.pick(['\n\n', '\n', ' ']),
      );
    };
    const make = (): MarkedText => {
      const choice = random.below(20);
      if (choice < 8) return anySentence();
      if (choice < 14) return one(random.below(8) === 0 ? field : FIELDS);
      if (choice < 17) return joined([anySentence(), anySentence(), anySentence()], ' ');
      if (choice < 18)
        return random.below(3) > 0
          ? letter()
          : joined([one(greeting), anySentence(), one(signature)], '\n\n');
      if (choice < 19) return joined([one(FIELDS), one(FIELDS)], random.pick(['\n', ' | ', '; ']));
      return joined(
        [anySentence(), anySentence(), anySentence(), anySentence(), anySentence(), anySentence()],
        ' ',
      );
    };
    return Array.from({ length: size }, () => varied(make(), random));
  });
}
