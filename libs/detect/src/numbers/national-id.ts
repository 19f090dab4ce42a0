import type { Reading } from '../reading.js';
import type { Finding, Recogniser, Scope } from '../recogniser.js';
import {
  CONTEXT,
  contextAround,
  contextBefore,
  distanceTo,
  speaksOfSomethingElse,
  type Context,
} from './context.js';
import { FAMILIES, type IdRule } from './id-rule.js';
import { IdTable } from './id-table.js';
import { ID_RULES } from './id-rules.js';
import { piecesOf, type Chain, type Token } from './token.js';

for (const { entity, words } of new Set(ID_RULES)) CONTEXT.add(words, entity);
for (const [family, words] of Object.entries(FAMILIES)) CONTEXT.add(words, family);

/** Length without separators and number of pieces that any number here has. */
const LENGTH = { least: 5, most: 20 } as const;
const PIECES_MOST = 8;
/** A word this near, counted in words, is a label: what stands after it is so named even when its check digit is wrong. */
const LABEL_MOST = 4;

/** Numbers of a form as long as this that pass their check are no order's. */
const CERTAIN_LEAST = 15;

/**
 * Numbers that a register gave to a person, a company, an account or a vehicle. The pieces of the text are put together
 * and looked up by their form in one table, so that the number of kinds costs nothing.
 */
export const nationalId: Recogniser = {
  name: 'national-id',
  entities: [...new Set(ID_RULES.map(({ entity }) => entity))].map((name) => ({ name })),
  find(reading, scope): Iterable<Finding> {
    const findings: Finding[] = [];
    const tables = tablesFor(scope);
    for (const chain of piecesOf(reading))
      for (let first = 0; first < chain.length; first++) findAt(reading, chain, first, tables, findings);
    return findings;
  },
};

/** Every number that begins with a piece. */
function findAt(reading: Reading, chain: Chain, first: number, tables: Tables, findings: Finding[]): void {
  const { text } = reading;
  const from = chain[first];
  if (from === undefined || from.glued) return;
  const numberBefore = (chain[first - 1]?.digits ?? 0) > 0;
  if (numberBefore && from.joint !== ' ') return;
  const prefixed = first > 0 && from.joint !== ' ' && !numberBefore;
  if (isWord(text, from) && chain[first + 1]?.joint === ' ') return;
  let before: Context | undefined;
  let compact = '';
  let digits = 0;
  for (let last = first; last < chain.length && last - first < PIECES_MOST; last++) {
    const piece = chain[last];
    if (piece === undefined || piece.glued) return;
    if (last > first && piece.joint === ' ' && isWord(text, piece)) return;
    compact += text.slice(piece.start, piece.end);
    digits += piece.digits;
    if (compact.length > LENGTH.most) return;
    if (compact.length < LENGTH.least || digits < 3) continue;
    const next = chain[last + 1];
    const numberAfter = next !== undefined && next.digits > 0;
    if (numberAfter && next.joint !== ' ' && !endsSentence(text, piece.end)) continue;
    const isolated = !numberBefore && !numberAfter;
    before ??= contextBefore(reading, from.start);
    const context = isolated ? contextAround(reading, before, piece.end) : before;
    const isSilent = !speaksOfIds(context);
    if (isSilent && (!isolated || prefixed)) continue;
    const rules = (isSilent ? tables.alone : tables.all).rulesFor(compact, digits);
    if (rules.length === 0) continue;
    const candidate = {
      compact: compact.toUpperCase(),
      written: text.slice(from.start, piece.end),
      plain: digits === compact.length && digits <= PLAIN_MOST,
      isolated,
      prefixed,
      context,
      given: tables.given,
    };
    for (const rule of rules) {
      const sure = judge(rule, candidate);
      if (sure) findings.push({ start: from.start, end: piece.end, entity: rule.entity, ...sure });
    }
  }
}

const TOPICS = new Set<string>([...ID_RULES.map(({ entity }) => entity), ...Object.keys(FAMILIES)]);

/** Whether any word around names a number of a register; an order's does not. */
function speaksOfIds({ distances }: Context): boolean {
  for (const topic of distances.keys()) if (TOPICS.has(topic)) return true;
  return false;
}

/** Small letters between spaces are a word; in a number of several pieces letters are capitals. */
const isWord = (text: string, { start, digits }: Token): boolean =>
  digits === 0 && text.charCodeAt(start) >= 97;

/** A full stop before a space is none of a number's separators. */
const endsSentence = (text: string, end: number): boolean => text[end] === '.' && text[end + 1] === ' ';

/** Pieces put together. */
interface Candidate {
  /** Without separators, in upper case. */
  readonly compact: string;
  readonly written: string;
  /** So few digits and nothing else pass some country's check by chance: a word must speak of this very number. */
  readonly plain: boolean;
  /** No other number is joined to it. */
  readonly isolated: boolean;
  /** Letters are joined to its beginning, as in `RE-2026`: another number as a rule, unless they name it. */
  readonly prefixed: boolean;
  readonly context: Context;
  /** The settings name the countries whose numbers there are. */
  readonly given: boolean;
}

/** Longer runs of digits pass no check by chance. */
const PLAIN_MOST = 14;
/** Steps of a version or an address. */
const STEPS = /^\d{1,3}(?:\.\d{1,4}){3,}$/;

/** How sure it is that a candidate is a number of a rule, and why; undefined when it is none. */
function judge(rule: IdRule, candidate: Candidate): Pick<Finding, 'score' | 'evidence'> | undefined {
  const { entity, form, check, alone, lenient, score = 0.75 } = rule;
  const { compact, written, context, isolated, prefixed } = candidate;
  const own = ownDistance(rule, candidate);
  const near = own ?? familyDistance(rule, candidate);
  if (near === undefined && !alone) return undefined;
  if (STEPS.test(written) && alone?.test(written) !== true) return undefined;
  if (prefixed && near !== 1) return undefined;
  const elsewhere = speaksOfSomethingElse(context, near);
  if (near === undefined || elsewhere) {
    if (!alone || !isolated || !alone.test(written)) return undefined;
    if (form?.(compact, written) === false || check?.(compact, written) === false) return undefined;
    const sure = check ? 0.85 : 0.75;
    return {
      score: elsewhere ? sure - (compact.length >= CERTAIN_LEAST ? 0.1 : 0.45) : sure,
      evidence: [check ? 'check-digit' : 'pattern'],
    };
  }
  if (form?.(compact, written) === false) return undefined;
  if (check?.(compact, written))
    return { score: own === undefined ? 0.9 : 1, evidence: ['check-digit', 'context'] };
  const isLabelled =
    own !== undefined && own <= LABEL_MOST && isolated && context.ties.get(entity) === 'clause';
  if (check && !isLabelled) return undefined;
  return {
    score: check ? (lenient ? 0.75 : 0.6) : own === undefined ? score - 0.1 : score,
    evidence: ['pattern', 'context'],
  };
}

/** Distance of the nearest word that names this kind of number, and no other number as far as digits alone can tell. */
function ownDistance({ entity, check }: IdRule, { context, plain, given }: Candidate): number | undefined {
  const isTelling = check !== undefined && (given || !plain);
  return isTelling || context.ties.has(entity) ? context.distances.get(entity) : undefined;
}

/** Distance of the nearest word of its families: they are of many countries, so it must speak of this very number. */
function familyDistance({ families, alone }: IdRule, { context, written }: Candidate): number | undefined {
  if (families === undefined || distanceTo(context, families) === undefined) return undefined;
  if (alone?.test(written)) return distanceTo(context, families);
  return distanceTo(
    context,
    families.filter((family) => context.ties.get(family) === 'clause'),
  );
}

/** The rules of a scope, and those of them that need no word. */
interface Tables {
  readonly all: IdTable;
  readonly alone: IdTable;
  /** The settings name its countries. */
  readonly given: boolean;
}

const made = new WeakMap<ReadonlySet<string>, Tables>();
let everywhere: Tables | undefined;

/** The rules of the scope's countries and those that every country has. */
function tablesFor({ countries }: Scope): Tables {
  if (countries === null) return (everywhere ??= tablesOf(ID_RULES, false));
  const tables =
    made.get(countries) ??
    tablesOf(
      ID_RULES.filter(({ country }) => country === undefined || countries.has(country)),
      true,
    );
  made.set(countries, tables);
  return tables;
}

const tablesOf = (rules: readonly IdRule[], given: boolean): Tables => ({
  given,
  all: new IdTable(rules),
  alone: new IdTable(rules.filter(({ alone }) => alone)),
});
