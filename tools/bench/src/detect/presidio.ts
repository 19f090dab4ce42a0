import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ENTITIES } from '@bailiwick/detect';
import { z } from 'zod';
import { evaluationSet } from './evaluation-set.js';
import type { Split } from './sample.js';
import { scoreOf, type Report } from './score.js';
import type { SpeedTexts } from './speed.js';

/** Figures of Presidio that were taken or published elsewhere: for orientation, not of the same run. */
export const PRESIDIO_ELSEWHERE =
  'Presidio 2.2.366 on a 2-core machine of this kind, another day, not this run: 881 fields/s and 122 notes/s with ' +
  "patterns only, 157 and 19 with spaCy's small model; with it F1 .67 PERSON, .40 LOCATION, .65 PHONE_NUMBER, .87 " +
  'CREDIT_CARD on short sentences; published tuned: F .845 over all entities at 23 sentences/s';

const Answer = z.object({
  version: z.string(),
  spans: z.array(z.array(z.object({ start: z.int(), end: z.int(), entity: z.string(), score: z.number() }))),
  fieldsPerSecond: z.number(),
  notesPerSecond: z.number(),
});

/** Presidio in the same run. */
export interface PresidioFigures {
  readonly version: string;
  /** By least score: 0 is its default; its phone numbers have 0.4, and most of what is a guess less. */
  readonly reports: readonly { readonly leastScore: number; readonly report: Report }[];
  readonly fieldsPerSecond: number;
  readonly notesPerSecond: number;
}

/** Presidio counts Unicode code points where this project counts UTF-16 units. */
function utf16At(text: string): (codePoint: number) => number {
  const starts = [0];
  for (const character of text) starts.push((starts.at(-1) ?? 0) + character.length);
  return (codePoint) => starts[codePoint] ?? text.length;
}

/**
 * Runs Presidio's patterns over the same texts with the Python that has `presidio-analyzer`. Throws when it is not
 * there or fails.
 */
export function presidioFigures(
  python: string,
  split: Split,
  { fields, notes }: SpeedTexts,
): PresidioFigures {
  const script = join(import.meta.dirname, '..', '..', 'src', 'detect', 'presidio.py');
  if (!existsSync(script)) throw new Error(`${script} is missing`);
  const set = evaluationSet(split);
  const samples = set.map(({ language, text }) => ({ language, text }));
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify({ samples, fields, notes }),
    encoding: 'utf8',
    maxBuffer: 256 * 2 ** 20,
  });
  if (status !== 0) throw new Error(`Presidio did not run: ${stderr.slice(-2000)}`);
  const { spans, ...figures } = Answer.parse(JSON.parse(stdout));
  const at = new Map(set.map((sample, index) => [sample, index]));
  const reports = [0, 0.4].map((leastScore) => ({
    leastScore,
    report: scoreOf(set, (sample) => {
      const position = utf16At(sample.text);
      return (spans[at.get(sample) ?? -1] ?? [])
        .filter(({ entity, score }) => score >= leastScore && isPersonal(entity))
        .map(({ start, end, entity }) => ({ start: position(start), end: position(end), entity }));
    }),
  }));
  return { ...figures, reports };
}

/** What this project does not look for unless it is asked for, as dates, counts for no false finding of Presidio either. */
const isPersonal = (entity: string): boolean =>
  entity !== 'DATE_TIME' && ENTITIES.get(entity)?.personal !== false;
