import { InvalidArgumentError, Option } from 'commander';

/** Reads a whole number between 1 and 1000. */
export function limit(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new InvalidArgumentError('a whole number from 1 to 1000 is expected.');
}

/** Reads a day or time as ISO 8601 writes it, and gives it as lineage takes it. */
export function moment(text: string): string {
  const at = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new InvalidArgumentError('a day or time is expected, as 2026-11-01 or 2026-11-01T09:00:00Z.');
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Reads a duration such as 90s, 10m or 2h, and gives milliseconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  const milliseconds = Number(number) * UNITS[(unit ?? 's') as keyof typeof UNITS];
  if (milliseconds >= 10_000) return milliseconds;
  throw new InvalidArgumentError('a duration of 10s or more is expected, as 90s, 10m or 2h.');
}

/** `--as`: people of the development provider sign in with a key where real ones would with a browser. */
export const asOption = (): Option =>
  new Option('--as <person>', 'who asks; of the development stack only, for example anna, bruno, clara');

/** `--json`, the same for every command. */
export const jsonOption = (): Option =>
  new Option('--json', 'print JSON for programs instead of text for people');
