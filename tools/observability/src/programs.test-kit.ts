import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program that a test needs and that is no package: on PATH, or built into the cache by a script of this folder. */
export interface Program {
  readonly file: string | undefined;
  /** For the name of what is skipped. */
  readonly why: string;
}

/** Finds a program under one of its names on PATH, or in the cache under `cached`. */
export function findProgram(names: readonly string[], cached: string, script: string): Program {
  const cache = process.env['BAILIWICK_CACHE'] ?? join(homedir(), '.cache', 'bailiwick');
  const places = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const files = [join(cache, cached), ...names.flatMap((name) => places.map((folder) => join(folder, name)))];
  const file = files.find((candidate) => existsSync(candidate));
  const why = ` (skipped: no ${names[0]} on PATH; tools/observability/${script} ${join(cache, cached)} builds one in minutes)`;
  return { file, why: file === undefined ? why : '' };
}
