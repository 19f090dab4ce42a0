import type { KnownWords } from '../names/known-words.js';
import type { Reading } from '../reading.js';
import type { Finding } from '../recogniser.js';
import { labelsOf, marginalsOf, passesOf, scoresOf } from './chain.js';
import { featuresOf } from './features.js';
import { beginOf, KINDS, kindOf, LABELS } from './labels.js';
import { weights } from './model.js';

/** What the tagger makes of a text in which the rules have found something. */
export interface Tagged {
  /** Names by the most probable labels; the score is the least probable of their words. */
  readonly findings: readonly Finding[];
  /** How probable the tagger holds what somebody else found: the mean over its words. */
  readonly probability: (finding: Finding) => number;
}

/** Looks at every word of a text, its neighbours and what the rules found there. */
export function tag(reading: Reading, known: KnownWords, rules: readonly Finding[]): Tagged {
  const model = weights();
  const { words } = reading;
  const scores = scoresOf(featuresOf(reading, known, rules), model);
  const marginals = marginalsOf(passesOf(scores, model));
  const ofKind = (at: number, kind: number): number =>
    (marginals[at * LABELS + beginOf(kind)] ?? 0) + (marginals[at * LABELS + beginOf(kind) + 1] ?? 0);
  const labels = labelsOf(scores, model);
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const label = labels[at] ?? 0;
    if (label === 0) continue;
    const kind = kindOf(label);
    let score = ofKind(at, kind);
    let last = at;
    while (labels[last + 1] === beginOf(kind) + 1) score = Math.min(score, ofKind(++last, kind));
    findings.push({
      start: words[at]?.start ?? 0,
      end: words[last]?.end ?? 0,
      entity: KINDS[kind] ?? '',
      score,
      evidence: ['tagger'],
    });
    at = last;
  }
  const probability = ({ start, end, entity }: Finding): number => {
    const kind = KINDS.findIndex((name) => name === entity);
    let sum = 0;
    let count = 0;
    for (let at = reading.wordAt(start); at < words.length && (words[at]?.start ?? 0) < end; at++, count++)
      sum += ofKind(at, kind);
    return count === 0 ? 0 : sum / count;
  };
  return { findings, probability };
}
