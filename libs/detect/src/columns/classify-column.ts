import { highestSensitivity, type Category, type Regulation, type Sensitivity } from '@bailiwick/domain';
import { fold } from '../reading.js';
import type { Span } from '../span.js';
import type { Column, ColumnKind, ColumnProposal } from './column.js';
import { COLUMN_WORDS, type ColumnMeaning } from './column-words.js';

interface Clue {
  readonly meaning: ColumnMeaning;
  readonly confidence: number;
  readonly reason: string;
}

const meaning = (
  category: Category,
  sensitivity: Sensitivity,
  regulations: readonly Regulation[],
  entity?: string,
): ColumnMeaning => ({ category, sensitivity, regulations, ...(entity === undefined ? {} : { entity }) });

/** What a column's type alone says. */
const KINDS: Readonly<Partial<Record<ColumnKind, readonly [ColumnMeaning, confidence: number]>>> = {
  email: [meaning('contact', 'Confidential', ['GDPR', 'CCPA'], 'EMAIL_ADDRESS'), 0.95],
  phone: [meaning('contact', 'Confidential', ['GDPR', 'CCPA'], 'PHONE_NUMBER'), 0.95],
  address: [meaning('location', 'Confidential', ['GDPR'], 'STREET_ADDRESS'), 0.9],
  'person-name': [meaning('contact', 'Confidential', ['GDPR', 'CCPA'], 'PERSON'), 0.9],
  'long-text': [meaning('free-text', 'Confidential', ['GDPR']), 0.7],
  choice: [meaning('none', 'Internal', []), 0.6],
  reference: [meaning('identifier', 'Internal', []), 0.6],
};

/** A value is what was found in it when the findings cover this much of it. */
const COVERED = 0.7;
/** So many of the samples must agree before they say anything. */
const SAMPLES_LEAST = 5;
const AGREEING_LEAST = 0.6;
/** A text column of which this share holds personal data somewhere is a free text. */
const MIXED_LEAST = 0.1;

/**
 * Says what a column probably is, from its type, its name and, if there are any, samples of its values. What the CRM itself says
 * is never made less: its sensitivity is the least, its regulations stay, and what it says in words that are not known
 * counts as the most restrictive. A column of which nothing is known is unknown and most restricted, until a person says more.
 */
export function classifyColumn(
  column: Column,
  samples: readonly string[] = [],
  find: (text: string) => readonly Span[] = () => [],
): ColumnProposal {
  const clues = [...ofSamples(samples, find), ...ofName(column), ...ofKind(column)];
  const [best] = clues;
  const agreeing = clues.filter((clue) => clue.meaning.category === best?.meaning.category);
  const doubt = agreeing.reduce((left, { confidence }) => left * (1 - confidence), 1);
  const proposed = best?.meaning ?? meaning('unknown', 'MissionCritical', []);
  const said = ofCrm(column);
  return {
    name: column.name,
    category: proposed.category,
    sensitivity: highestSensitivity([
      ...clues.map((clue) => clue.meaning.sensitivity),
      ...(best ? [] : ['MissionCritical']),
      ...said.sensitivities,
    ]),
    regulations: [
      ...new Set([...clues.flatMap((clue) => clue.meaning.regulations), ...column.regulations]),
    ].toSorted(),
    entity: proposed.entity ?? null,
    confidence: Math.round((1 - doubt) * 100) / 100,
    reasons: [...clues.map(({ reason }) => reason), ...said.reasons],
  };
}

function ofCrm(column: Column): {
  readonly sensitivities: readonly string[];
  readonly reasons: readonly string[];
} {
  const { sensitivity, regulations, unknownGroups } = column;
  const sensitivities = sensitivity === null ? [] : [sensitivity];
  const reasons = sensitivity === null ? [] : [`the CRM says ${sensitivity}`];
  if (regulations.length > 0) reasons.push(`the CRM names ${regulations.join(', ')}`);
  if (unknownGroups.length === 0) return { sensitivities, reasons };
  return {
    sensitivities: [...sensitivities, 'MissionCritical'],
    reasons: [...reasons, `the CRM names ${unknownGroups.join(', ')}, which is not known here`],
  };
}

/** `CustomerBirthDate__c` → `customer birth date`. */
export const wordsOf = (name: string): string =>
  fold(
    name
      .replace(/__(?:c|pc|r)$/, '')
      .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
      .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );

function ofName({ name, label }: Column): readonly Clue[] {
  const words = [wordsOf(name), wordsOf(label)];
  const row = COLUMN_WORDS.find(([pattern]) => words.some((each) => pattern.test(each)));
  return row ? [{ meaning: row[1], confidence: 0.8, reason: 'its name says so' }] : [];
}

function ofKind({ kind }: Column): readonly Clue[] {
  const known = KINDS[kind];
  return known ? [{ meaning: known[0], confidence: known[1], reason: `its type is ${kind}` }] : [];
}

function ofSamples(samples: readonly string[], find: (text: string) => readonly Span[]): readonly Clue[] {
  const values = samples.filter((value) => value.trim() !== '');
  if (values.length < SAMPLES_LEAST) return [];
  const whole = new Map<string, number>();
  let mixed = 0;
  for (const value of values) {
    const spans = find(value);
    const [largest] = spans.toSorted((a, b) => b.end - b.start - (a.end - a.start));
    if (!largest) continue;
    if (largest.end - largest.start >= value.trim().length * COVERED)
      whole.set(largest.entity, (whole.get(largest.entity) ?? 0) + 1);
    else mixed++;
  }
  const [top] = [...whole].toSorted(([, a], [, b]) => b - a);
  const share = (top?.[1] ?? 0) / values.length;
  if (top && share >= AGREEING_LEAST)
    return [
      {
        meaning: meaningOfEntity(top[0]),
        confidence: Math.min(0.95, share),
        reason: `${Math.round(share * 100)} % of ${values.length} samples are ${top[0]}`,
      },
    ];
  if (mixed / values.length < MIXED_LEAST) return [];
  return [
    {
      meaning: meaning('free-text', 'Confidential', ['GDPR']),
      confidence: 0.8,
      reason: `${Math.round((mixed / values.length) * 100)} % of ${values.length} samples hold personal data among other text`,
    },
  ];
}

/** The same meaning as a column whose name says what was found. */
function meaningOfEntity(entity: string): ColumnMeaning {
  const named = COLUMN_WORDS.find(([, { entity: named }]) => named === entity)?.[1];
  return named ?? meaning('identifier', 'Restricted', ['GDPR', 'CCPA'], entity);
}
