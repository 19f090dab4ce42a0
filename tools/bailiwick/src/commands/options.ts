import { InvalidArgumentError, Option } from 'commander';

/** Reads a whole number between 1 and 1000. */
export function limit(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new InvalidArgumentError('a whole number from 1 to 1000 is expected.');
}

/** `--json`, the same for every command. */
export const jsonOption = (): Option =>
  new Option('--json', 'print JSON for programs instead of text for people');
