import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import type { SeedProblems } from './seed-problems.js';

/** A parsed seed file; `file` is its path below the seed folder, as problems name it. */
export interface SeedFile<T> {
  readonly file: string;
  readonly value: T;
}

/** Reads every YAML file of one folder of the seed, in the order of their names; wrong ones become problems. */
export function readSeedFolder<S extends z.ZodType>(
  seedDir: string,
  folder: string,
  schema: S,
  problems: SeedProblems,
): readonly SeedFile<z.output<S>>[] {
  let names: string[];
  try {
    names = readdirSync(join(seedDir, folder)).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    problems.add(folder, '', 'the folder cannot be read');
    return [];
  }
  return names.toSorted().flatMap((name) => {
    const file = `${folder}/${name}`;
    let document: unknown;
    try {
      document = parseYaml(readFileSync(join(seedDir, file), 'utf8'));
    } catch {
      problems.add(file, '', 'is not YAML');
      return [];
    }
    const parsed = schema.safeParse(document);
    if (parsed.success) return [{ file, value: parsed.data }];
    for (const issue of parsed.error.issues) problems.add(file, issue.path.join('.'), issue.message);
    return [];
  });
}
