import { NEWCOMERS, OWN_NAMES } from './own-names.js';
import type { Sample } from './sample.js';
import { scoredAs, type Found } from './score.js';

/** Share of the names that are found, by where the set has them from. */
export interface NameSources {
  readonly faker: number;
  readonly own: number;
}

const OWN_WORDS = new Set(
  [NEWCOMERS, ...Object.values(OWN_NAMES)].flatMap((names) =>
    Object.values(names)
      .flat()
      .flatMap((name: string) => name.split(/[\s,]+/)),
  ),
);

/** Whether every word of a name is of this project's own lists; a word that faker has too counts as own. */
export const isOwn = (name: string): boolean => name.split(/[\s,]+/).every((word) => OWN_WORDS.has(word));

/**
 * Recall of persons and organisations by the source of the name, by overlap. A detector whose dictionary was made of
 * faker's lists finds faker's names better than anybody's: the difference tells how much of a figure is that.
 */
export function nameSources(
  set: readonly Sample[],
  detect: (sample: Sample) => readonly Found[],
): Readonly<Record<string, NameSources>> {
  const counts = new Map<string, { all: number; found: number }>();
  for (const sample of set) {
    const spans = detect(sample);
    for (const { start, end, kind } of sample.truth) {
      if (kind !== 'PERSON' && kind !== 'ORGANIZATION') continue;
      const key = `${kind}/${isOwn(sample.text.slice(start, end)) ? 'own' : 'faker'}`;
      const count = counts.get(key) ?? { all: 0, found: 0 };
      counts.set(key, count);
      count.all++;
      if (spans.some((span) => scoredAs(span.entity) === kind && span.start < end && start < span.end))
        count.found++;
    }
  }
  const share = (key: string): number => {
    const { all, found } = counts.get(key) ?? { all: 0, found: 0 };
    return all === 0 ? Number.NaN : found / all;
  };
  return Object.fromEntries(
    ['PERSON', 'ORGANIZATION'].map((kind) => [
      kind,
      { faker: share(`${kind}/faker`), own: share(`${kind}/own`) },
    ]),
  );
}
