import { ENTITIES } from '@bailiwick/detect';
import type { Language, Marked, Sample, TextKind } from './sample.js';

/** What a detector says of a text; the parts of a span that are scored. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly entity: string;
}

/** Right and wrong findings of one entity. */
export interface Counts {
  /** Personal data that is there. */
  truths: number;
  /** Of it, what was found. */
  found: number;
  /** Findings. */
  guesses: number;
  /** Of them, those that are right. */
  right: number;
}

export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Recall counts twice as much as precision: what is missed leaves the cell. */
  readonly f2: number;
}

/** Numbers of people bear the code of their country. */
const COUNTRY_ID = /^(?!IP_)[A-Z]{2}_/;

/** The entity under which a kind is scored: every kind of place as a place, every national id as one. */
export function scoredAs(kind: string): string {
  if (COUNTRY_ID.test(kind)) return 'NATIONAL_ID';
  return ENTITIES.get(kind)?.within === 'LOCATION' ? 'LOCATION' : kind;
}

/** Between two parts of one address or name. */
const JOINT = /^[\s,;/-]{0,3}$/;
const OF_PARTS = new Set(['LOCATION', 'PERSON']);

/**
 * Joins neighbouring places and neighbouring names when nothing but a comma or a line's end lies between: whether an
 * address is one finding or street, code and place is a matter of taste, and so for given and family name. Only what is
 * compared exactly is joined: by overlap a wrong neighbour would hide behind a right one.
 */
export function joined(text: string, spans: readonly Found[]): readonly Found[] {
  const out: Found[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = out.at(-1);
    const isJoint =
      last?.entity === span.entity &&
      OF_PARTS.has(span.entity) &&
      JOINT.test(text.slice(last.end, span.start));
    if (last && isJoint) out[out.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else out.push(span);
  }
  return out;
}

const overlaps = (a: Found, b: Found): boolean => a.start < b.end && b.start < a.end;
const equals = (a: Found, b: Found): boolean => a.start === b.start && a.end === b.end;

/** Quality by counts. Nothing found where nothing is: precise; nothing there: nothing missed. */
export function qualityOf({ truths, found, guesses, right }: Counts): Quality {
  const precision = guesses === 0 ? 1 : right / guesses;
  const recall = truths === 0 ? 1 : found / truths;
  const f = (beta: number): number =>
    precision + recall === 0 ? 0 : ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
  return { precision, recall, f1: f(1), f2: f(2) };
}

/** How well one entity is found, in one language and kind of text or in all. */
export interface Score {
  readonly entity: string;
  readonly overlap: Quality;
  readonly exact: Quality;
  readonly truths: number;
  /** The language that does worst by overlap, among those where it is to be found. */
  readonly worstLanguage: { readonly language: Language; readonly f1: number };
  /** The kind of text that does worst by overlap. */
  readonly worstKind: { readonly kind: TextKind; readonly f1: number };
  readonly byLanguage: Readonly<Partial<Record<Language, number>>>;
}

export interface Report {
  readonly scores: readonly Score[];
  readonly traps: number;
  readonly truths: number;
  /** Share of the hard negatives that any finding touches. */
  readonly flagged: number;
  readonly flaggedBy: Readonly<
    Record<string, { readonly share: number; readonly entities: Readonly<Record<string, number>> }>
  >;
}

interface Both {
  readonly overlap: Counts;
  readonly exact: Counts;
}
const nothing = (): Both => {
  const zero = (): Counts => ({ truths: 0, found: 0, guesses: 0, right: 0 });
  return { overlap: zero(), exact: zero() };
};

function count(into: Both, text: string, truth: readonly Found[], guess: readonly Found[]): void {
  for (const [counts, matches, truths, guesses] of [
    [into.overlap, overlaps, truth, guess],
    [into.exact, equals, joined(text, truth), joined(text, guess)],
  ] as const) {
    counts.truths += truths.length;
    counts.guesses += guesses.length;
    counts.found += truths.filter((truth) => guesses.some((guess) => matches(truth, guess))).length;
    counts.right += guesses.filter((guess) => truths.some((truth) => matches(truth, guess))).length;
  }
}

const asFound = ({ start, end, kind }: Marked): Found => ({ start, end, entity: scoredAs(kind) });

/** Holds what a detector finds in a set against what is there. Kinds that the set does not know are not scored. */
export function scoreOf(set: readonly Sample[], detect: (sample: Sample) => readonly Found[]): Report {
  const known = new Set(set.flatMap(({ truth }) => truth.map(({ kind }) => scoredAs(kind))));
  const slices = new Map<string, Both>();
  const slice = (...names: readonly string[]): Both => {
    const key = names.join('/');
    const both = slices.get(key) ?? nothing();
    slices.set(key, both);
    return both;
  };
  const traps = new Map<string, { all: number; flagged: number; entities: Record<string, number> }>();
  for (const sample of set) {
    const guesses = detect(sample).map((span) => ({ ...span, entity: scoredAs(span.entity) }));
    for (const entity of known) {
      const own = ({ entity: other }: Found): boolean => other === entity;
      const truths = sample.truth.map(asFound).filter(own);
      const found = guesses.filter(own);
      if (truths.length === 0 && found.length === 0) continue;
      for (const into of [slice(entity), slice(entity, sample.language), slice(entity, sample.kind)])
        count(into, sample.text, truths, found);
    }
    for (const trap of sample.traps) {
      const counts = traps.get(trap.kind) ?? { all: 0, flagged: 0, entities: {} };
      traps.set(trap.kind, counts);
      counts.all++;
      const hit = guesses.filter((guess) => overlaps(guess, { ...trap, entity: '' }));
      if (hit.length > 0) counts.flagged++;
      for (const { entity } of hit) counts.entities[entity] = (counts.entities[entity] ?? 0) + 1;
    }
  }
  const f1 = (...names: readonly string[]): number => qualityOf(slice(...names).overlap).f1;
  const all = [...traps.values()].reduce((sum, { all: many }) => sum + many, 0);
  return {
    scores: [...known].toSorted().map((entity) => {
      const both = slice(entity);
      const languages = [...new Set(set.map(({ language }) => language))]
        .filter((language) => slice(entity, language).overlap.truths > 0)
        .map((language) => ({ language, f1: f1(entity, language) }));
      const kinds = [...new Set(set.map(({ kind }) => kind))]
        .filter((kind) => slice(entity, kind).overlap.truths > 0)
        .map((kind) => ({ kind, f1: f1(entity, kind) }));
      const worst = <T extends { readonly f1: number }>(list: readonly T[]): T =>
        list.reduce((low, one) => (one.f1 < low.f1 ? one : low));
      return {
        entity,
        overlap: qualityOf(both.overlap),
        exact: qualityOf(both.exact),
        truths: both.overlap.truths,
        worstLanguage: worst(languages),
        worstKind: worst(kinds),
        byLanguage: Object.fromEntries(languages.map((one) => [one.language, one.f1])),
      };
    }),
    traps: all,
    truths: set.reduce((sum, { truth }) => sum + truth.length, 0),
    flagged: [...traps.values()].reduce((sum, { flagged }) => sum + flagged, 0) / Math.max(1, all),
    flaggedBy: Object.fromEntries(
      [...traps].map(([kind, { all: many, flagged, entities }]) => [
        kind,
        { share: flagged / many, entities },
      ]),
    ),
  };
}
