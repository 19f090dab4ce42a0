const FIRST_MS = 100;
const LONGEST_MS = 15_000;

/** Milliseconds to wait after the given number of failures in a row: doubling, bounded, half of it random. */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return bound / 2 + (bound / 2) * random();
}
