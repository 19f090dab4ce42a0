import { ENTITIES, createDetector, type Level } from '@bailiwick/detect';
import { evaluationSet } from './evaluation-set.js';
import { nameSources, type NameSources } from './name-sources.js';
import type { Sample, Split } from './sample.js';
import { scoreOf, type Report, type Score } from './score.js';

/** What the issue promises, as F1 by overlap on text that was not tuned on. */
export const PROMISED: Readonly<Record<string, number>> = {
  PERSON: 0.85,
  LOCATION: 0.8,
  PHONE_NUMBER: 0.9,
  CREDIT_CARD: 0.98,
  EMAIL_ADDRESS: 0.99,
  IBAN_CODE: 0.99,
  IP_ADDRESS: 0.99,
  NATIONAL_ID: 0.99,
};
/** Most of the hard negatives that may be flagged at the default threshold. */
export const FLAGGED_MOST = 0.02;

/** A town or a firm is looked for only by who asks for it, and the set has both. */
export const ASKED: readonly string[] = [
  ...[...ENTITIES.values()].filter(({ personal }) => personal === undefined).map(({ name }) => name),
  'LOCATION',
  'ORGANIZATION',
];

/** Holds one level of the detector, its other settings at their defaults, against a split. No record is beside the texts. */
export function qualityOfLevel(level: Level, split: Split): QualityReport {
  const detect = createDetector({ level, entities: ASKED });
  const set = evaluationSet(split);
  const find = ({ text }: Sample) => detect(text);
  return { ...scoreOf(set, find), names: nameSources(set, find) };
}

/** A report, and how much of it may be the source of the names. */
export interface QualityReport extends Report {
  readonly names: Readonly<Record<string, NameSources>>;
}

/** Recall of names by their source, as one line for people. */
export const nameLine = ({ names }: QualityReport): string =>
  `recall by source of the name: ${Object.entries(names)
    .map(([entity, { faker, own }]) => `${entity} faker ${faker.toFixed(3)}, own lists ${own.toFixed(3)}`)
    .join('; ')}`;

const figure = (value: number): string => value.toFixed(3).replace(/^0/, '').padStart(5);

function line({ entity, overlap, exact, truths, worstLanguage, worstKind }: Score): string {
  const promised = PROMISED[entity];
  const verdict =
    promised === undefined ? '' : `${overlap.f1 >= promised ? 'kept' : 'MISSED'} ${figure(promised).trim()}`;
  return [
    entity.padEnd(15),
    String(truths).padStart(5),
    ...[overlap.precision, overlap.recall, overlap.f1, overlap.f2, exact.f1, exact.f2].map(figure),
    `${worstLanguage.language} ${figure(worstLanguage.f1).trim()}`.padEnd(8),
    `${worstKind.kind} ${figure(worstKind.f1).trim()}`.padEnd(12),
    verdict,
  ].join('  ');
}

/** The report as lines for people. */
export function reportLines(title: string, report: Report): readonly string[] {
  const flags = Object.entries(report.flaggedBy)
    .filter(([, { share }]) => share > 0)
    .toSorted(([, a], [, b]) => b.share - a.share)
    .map(([trap, { share, entities }]) => {
      const most = Object.entries(entities).toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
      return `${trap} ${(share * 100).toFixed(1)} % (${most})`;
    });
  return [
    `${title}: ${report.truths} values to find, ${report.traps} hard negatives`,
    'entity          there  prec.  recall    F1     F2  exact F1  F2   worst language, kind    promised',
    ...report.scores.map(line),
    `hard negatives flagged: ${(report.flagged * 100).toFixed(2)} % ` +
      `(${report.flagged <= FLAGGED_MOST ? 'kept' : 'MISSED'}: at most ${FLAGGED_MOST * 100} %)` +
      (flags.length > 0 ? `; ${flags.join(', ')}` : ''),
  ];
}
