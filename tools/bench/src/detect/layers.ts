import { createDetector, type Identity, type Span } from '@bailiwick/detect';
import { evaluationSet } from './evaluation-set.js';
import { ASKED } from './quality.js';
import type { Sample, Split } from './sample.js';
import { scoreOf } from './score.js';

/** F1 by overlap of one entity, with all layers up to one. */
export interface LayerFigures {
  readonly layer: string;
  readonly f1: Readonly<Record<string, number>>;
}

const SHOWN = ['PHONE_NUMBER', 'NATIONAL_ID', 'DATE_OF_BIRTH', 'PERSON', 'LOCATION', 'ORGANIZATION'] as const;

/** The longest name of a text, as the record beside it would have it: what that adds is owed to the record. */
function identitiesOf({ text, truth }: Sample): readonly Identity[] {
  const names = truth.filter(({ kind }) => kind === 'PERSON').map(({ start, end }) => text.slice(start, end));
  const [longest] = names.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? [] : [{ entity: 'PERSON', value: longest }];
}

/** What each layer adds to those before it. */
export function layersOf(split: Split): readonly LayerFigures[] {
  const standard = createDetector({ entities: ASKED });
  const thorough = createDetector({ entities: ASKED, level: 'thorough' });
  const isName = ({ recogniser }: Span): boolean => recogniser === 'names';
  const layers: readonly (readonly [string, (sample: Sample) => readonly Span[]])[] = [
    [
      'numbers and codes',
      ({ text }) => standard(text).filter((span) => !isName(span) && !span.evidence.includes('context')),
    ],
    ['words around numbers', ({ text }) => standard(text).filter((span) => !isName(span))],
    ['lexicon of names and places', ({ text }) => standard(text)],
    ['tagger', ({ text }) => thorough(text)],
    [
      'longest name of the text known from the record',
      (sample) => thorough(sample.text, identitiesOf(sample)),
    ],
  ];
  const set = evaluationSet(split);
  return layers.map(([layer, find]) => {
    const { scores } = scoreOf(set, find);
    const f1 = scores
      .filter(({ entity }) => SHOWN.some((shown) => shown === entity))
      .map(({ entity, overlap }) => [entity, overlap.f1] as const);
    return { layer, f1: Object.fromEntries(f1) };
  });
}

/** The figures as lines for people. */
export const layerLines = (figures: readonly LayerFigures[]): readonly string[] => [
  `\nF1 with each layer and those before it: ${SHOWN.join(', ')}`,
  ...figures.map(
    ({ layer, f1 }) => `${layer.padEnd(48)} ${SHOWN.map((shown) => (f1[shown] ?? 0).toFixed(3)).join('  ')}`,
  ),
];
