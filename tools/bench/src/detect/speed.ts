import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createDetector, type Detector, type Level } from '@bailiwick/detect';
import { median, quantile } from '../figures.js';
import { evaluationSet } from './evaluation-set.js';

/** Texts of the lengths that the figures are about, of the split that anybody may look at. */
export interface SpeedTexts {
  /** CRM fields of about 43 characters on average. */
  readonly fields: readonly string[];
  /** Notes of about 1 KB. */
  readonly notes: readonly string[];
}

/** Makes the texts; fields are taken longest last until their mean is what Presidio was measured with. */
export function speedTexts(mean = 43): SpeedTexts {
  const set = evaluationSet('train', 2, { field: 400, note: 60, 'e-mail': 0, chat: 200 });
  const short = set
    .filter(({ kind }) => kind !== 'note')
    .map(({ text }) => text)
    .toSorted((a, b) => a.length - b.length);
  let end = short.length;
  const meanOf = (): number => short.slice(0, end).reduce((sum, { length }) => sum + length, 0) / end;
  while (end > 1 && meanOf() > mean) end--;
  return {
    fields: short.slice(0, end),
    notes: set.filter(({ kind }) => kind === 'note').map(({ text }) => text.slice(0, 1024)),
  };
}

/** Figures of one level. */
export interface LevelSpeed {
  readonly level: Level;
  readonly fieldsPerSecond: number;
  readonly notesPerSecond: number;
  /** Of one call with a note, in milliseconds of wall time: it holds what other work on the machine took, too. */
  readonly noteMs: { readonly median: number; readonly p99: number };
}

/** Calls per second of processor time, so that work beside it does not count; at least so many milliseconds. */
function perSecond(detect: Detector, texts: readonly string[], leastMs: number): number {
  for (const text of texts) detect(text);
  const before = process.cpuUsage();
  const until = performance.now() + leastMs;
  let calls = 0;
  while (performance.now() < until) {
    for (const text of texts) detect(text);
    calls += texts.length;
  }
  const { user, system } = process.cpuUsage(before);
  return calls / ((user + system) / 1e6);
}

export function levelSpeed(level: Level, { fields, notes }: SpeedTexts, leastMs = 4000): LevelSpeed {
  const detect = createDetector({ level });
  const fieldsPerSecond = perSecond(detect, fields, leastMs);
  const notesPerSecond = perSecond(detect, notes, leastMs);
  const times: number[] = [];
  for (let call = 0; call < 3000; call++) {
    const start = performance.now();
    detect(notes[call % notes.length] ?? '');
    times.push(performance.now() - start);
  }
  return {
    level,
    fieldsPerSecond,
    notesPerSecond,
    noteMs: { median: median(times), p99: quantile(times, 0.99) },
  };
}

/** Milliseconds from the start of a fresh process to its first span, the processes one after the other. */
export function startMs(level: Level, rounds = 5): number {
  const program = join(import.meta.dirname, 'first-span.js');
  return median(
    Array.from({ length: rounds }, () => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [program, level], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`the first span was not found: ${stderr}`);
      return performance.now() - start;
    }),
  );
}

/** What memory did while texts were searched. */
export interface MemoryFigures {
  readonly calls: number;
  readonly residentMbBefore: number;
  readonly residentMbAfter: number;
}

/** Searches fields until so many calls or so much time have passed; the first tenth warms up and is not counted. */
export function memoryOver(calls: number, { fields }: SpeedTexts, mostMs = 120_000): MemoryFigures {
  const detect = createDetector();
  const until = performance.now() + mostMs;
  const resident = (): number => process.memoryUsage.rss() / 2 ** 20;
  for (let call = 0; call < calls / 10 && performance.now() < until - mostMs * 0.9; call++)
    detect(fields[call % fields.length] ?? '');
  const residentMbBefore = resident();
  let call = 0;
  for (; call < calls && performance.now() < until; call++) detect(fields[call % fields.length] ?? '');
  return { calls: call, residentMbBefore, residentMbAfter: resident() };
}
