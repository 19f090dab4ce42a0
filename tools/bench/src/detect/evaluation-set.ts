import { hash, randomOf, type Random } from './random.js';
import {
  LANGUAGES,
  SPLITS,
  type Language,
  type Marked,
  type Sample,
  type Split,
  type TextKind,
} from './sample.js';
import { FIELDS, TEMPLATES } from './templates/index.js';
import { TRAPS } from './traps.js';
import { PLACES, type Place } from './place.js';
import { VALUES } from './values.js';

/**
 * Decides which template is in which split. It was chosen before any detector was run on the set, as the first for
 * which every split has templates of every kind in each language, and the held-back one has every slot; changing it
 * would move templates that somebody has tuned on to the held-back ones.
 */
const SPLIT_SEED = 'bailiwick-5920';

/** The split of a template: a matter of its own text alone, so adding one moves no other. */
export const splitOf = (template: string): Split =>
  SPLITS[hash(`${SPLIT_SEED}/${template}`) % SPLITS.length] ?? 'train';

const SLOT = /\{(-?)([a-z]+)\}/g;

/** Fills one template; the marks count from the beginning of its text. */
export function render(
  template: string,
  place: Place,
  random: Random,
): Pick<Sample, 'text' | 'truth' | 'traps'> {
  const truth: Marked[] = [];
  const traps: Marked[] = [];
  let text = '';
  let position = 0;
  for (const { index, 0: slot, 1: isTrap, 2: name = '' } of template.matchAll(SLOT)) {
    text += template.slice(position, index);
    position = index + slot.length;
    const start = text.length;
    if (isTrap) {
      const make = TRAPS[name];
      if (!make) throw new TypeError(`no trap ${name}`);
      text += make(random, place.language);
      traps.push({ start, end: text.length, kind: name });
    } else {
      const make = VALUES[name];
      if (!make) throw new TypeError(`no slot ${name}`);
      const { kind, value } = make(place, random);
      text += value;
      truth.push({ start, end: text.length, kind });
    }
  }
  return { text: text + template.slice(position), truth, traps };
}

/** Characters after which a note gets no further sentence. */
const NOTE_LENGTH = 900;

type Parts = readonly ReturnType<typeof render>[];

function join(parts: Parts, separator: string): ReturnType<typeof render> {
  const truth: Marked[] = [];
  const traps: Marked[] = [];
  let text = '';
  for (const part of parts) {
    if (text !== '') text += separator;
    const moved = ({ start, end, kind }: Marked): Marked => ({
      start: start + text.length,
      end: end + text.length,
      kind,
    });
    truth.push(...part.truth.map(moved));
    traps.push(...part.traps.map(moved));
    text += part.text;
  }
  return { text, truth, traps };
}

/** How many texts of each kind and language a set has. */
export type Amounts = Readonly<Record<TextKind, number>>;
export const DEFAULT_AMOUNTS: Amounts = { field: 400, note: 40, 'e-mail': 60, chat: 200 };

/** Templates of one language that belong to a split. */
export function templatesOf(language: Language, split: Split): Readonly<Record<string, readonly string[]>> {
  const mine = (templates: readonly string[]): readonly string[] =>
    templates.filter((template) => splitOf(template) === split);
  const { sentences, forms, greetings, signatures } = TEMPLATES[language];
  return {
    field: mine([...FIELDS, ...forms]),
    sentence: mine(sentences),
    greeting: mine(greetings),
    signature: mine(signatures),
  };
}

/** Makes the texts of one split: the same ones for the same seed, whatever else is asked for. */
export function evaluationSet(split: Split, seed = 1, amounts: Amounts = DEFAULT_AMOUNTS): readonly Sample[] {
  return LANGUAGES.flatMap((language) => {
    const random = randomOf(hash(`${seed}/${split}/${language}`));
    const places = PLACES.filter((place) => place.language === language);
    for (const { faker } of places) faker.seed(hash(`${seed}/${split}/${language}`));
    const templates = templatesOf(language, split);
    const one = (list: string, place: Place) => render(random.pick(templates[list] ?? []), place, random);
    const make: Readonly<Record<TextKind, (place: Place) => ReturnType<typeof render>>> = {
      field: (place) => one('field', place),
      chat: (place) => one('sentence', place),
      note: (place) => noteOf(() => one('sentence', place)),
      'e-mail': (place) => {
        const body = [one('sentence', place), one('sentence', place), one('sentence', place)];
        return join([one('greeting', place), join(body, ' '), one('signature', place)], '\n\n');
      },
    };
    return (Object.keys(make) as TextKind[]).flatMap((kind) =>
      Array.from({ length: amounts[kind] }, (): Sample => {
        const place = random.pick(places);
        return { language, country: place.country, kind, ...make[kind](place) };
      }),
    );
  });
}

function noteOf(sentence: () => ReturnType<typeof render>): ReturnType<typeof render> {
  const parts = [];
  for (let length = 0; length < NOTE_LENGTH;) {
    const part = sentence();
    parts.push(part);
    length += part.text.length;
  }
  return join(parts, ' ');
}
