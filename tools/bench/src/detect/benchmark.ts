import type { Level } from '@bailiwick/detect';
import { articleNine, articleNineLine, type ArticleNineFigures } from './article-nine.js';
import { layerLines, layersOf, type LayerFigures } from './layers.js';
import { PRESIDIO_ELSEWHERE, presidioFigures, type PresidioFigures } from './presidio.js';
import { nameLine, qualityOfLevel, reportLines, type QualityReport } from './quality.js';
import { SPLITS, type Split } from './sample.js';
import { levelSpeed, memoryOver, speedTexts, startMs, type LevelSpeed, type MemoryFigures } from './speed.js';

/** What is measured, and for how long. */
export interface DetectOptions {
  readonly split: Split;
  /** Calls over which memory is watched; two minutes end it in any case. */
  readonly calls: number;
  /** A Python that has `presidio-analyzer`; without it Presidio is only quoted. */
  readonly presidio?: string;
  readonly say: (line: string) => void;
}

interface LevelFigures extends LevelSpeed {
  readonly startMs: number;
  readonly quality: QualityReport;
}

/** Figures of `npm run bench -- detect`. */
export interface DetectFigures {
  readonly split: Split;
  readonly levels: readonly LevelFigures[];
  readonly layers: readonly LayerFigures[];
  readonly articleNine: readonly ArticleNineFigures[];
  readonly memory: MemoryFigures;
  readonly presidio: PresidioFigures | null;
  readonly presidioElsewhere: string;
}

/** Reads the name of a split; throws with those that there are. */
export function splitNamed(name: string): Split {
  const split = SPLITS.find((known) => known === name);
  if (split) return split;
  throw new TypeError(`there is no split ${name}; there are ${SPLITS.join(', ')}`);
}

/** Quality and speed of both levels, and Presidio beside them when there is one. */
export function detectBenchmark({ split, calls, presidio, say }: DetectOptions): DetectFigures {
  const texts = speedTexts();
  const mean = texts.fields.reduce((sum, { length }) => sum + length, 0) / texts.fields.length;
  say(
    `${texts.fields.length} fields of ${mean.toFixed(0)} characters, ${texts.notes.length} notes of 1 KB; per second of processor time`,
  );
  const levels = (['standard', 'thorough'] as const satisfies readonly Level[]).map((level) => {
    const quality = qualityOfLevel(level, split);
    for (const line of reportLines(`\n${level}, split ${split}`, quality)) say(line);
    say(nameLine(quality));
    const figures = { ...levelSpeed(level, texts), startMs: startMs(level), quality };
    const { fieldsPerSecond, notesPerSecond, noteMs } = figures;
    say(
      `${level}: ${Math.round(fieldsPerSecond)} fields/s, ${Math.round(notesPerSecond)} notes/s, a note ` +
        `${noteMs.median.toFixed(2)} ms at the median and ${noteMs.p99.toFixed(2)} at p99 (under 5), ` +
        `first span of a fresh process after ${Math.round(figures.startMs)} ms (under 300)`,
    );
    return figures;
  });
  const layers = layersOf(split);
  for (const line of layerLines(layers)) say(line);
  const special = articleNine();
  say(articleNineLine(special));
  const memory = memoryOver(calls, texts);
  say(
    `memory: ${memory.residentMbBefore.toFixed(0)} MB, after ${memory.calls} further calls ${memory.residentMbAfter.toFixed(0)} MB`,
  );
  say(PRESIDIO_ELSEWHERE);
  const beside = presidio === undefined ? null : presidioFigures(presidio, split, texts);
  if (beside) {
    const [standard] = levels;
    for (const { leastScore, report } of beside.reports) {
      const title = `\nPresidio ${beside.version}, patterns only, score of at least ${leastScore}, split ${split}`;
      for (const line of reportLines(title, report)) say(line);
    }
    say(
      `Presidio: ${Math.round(beside.fieldsPerSecond)} fields/s, ${Math.round(beside.notesPerSecond)} notes/s; standard is ` +
        `${((standard?.fieldsPerSecond ?? 0) / beside.fieldsPerSecond).toFixed(0)} and ` +
        `${((standard?.notesPerSecond ?? 0) / beside.notesPerSecond).toFixed(0)} times as fast`,
    );
  }
  return {
    split,
    levels,
    layers,
    articleNine: special,
    memory,
    presidio: beside,
    presidioElsewhere: PRESIDIO_ELSEWHERE,
  };
}
