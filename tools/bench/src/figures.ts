import { availableParallelism, cpus, totalmem } from 'node:os';

/** The figure below which the given share of the figures lies; NaN of none. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The figure in the middle. */
export const median = (figures: readonly number[]): number => quantile(figures, 0.5);

/** What the figures were measured on; a figure without it says nothing. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly node: string;
}

/** This machine. */
export const machine = (): Machine => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});
