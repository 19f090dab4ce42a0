import { importsOf } from './imports.js';
import { RULES } from './rules.js';

/** An import that breaks a boundary. */
export interface Breach {
  readonly file: string;
  readonly specifier: string;
  readonly rule: string;
  readonly why: string;
}

/** What was looked at and what was found. */
export interface BoundaryReport {
  readonly imports: number;
  readonly files: number;
  readonly breaches: readonly Breach[];
}

/** Rooms that hold code. */
export const ROOMS = ['apps', 'libs', 'tools'] as const;

/** Holds every import of a workspace against every rule. */
export function checkBoundaries(root: string, rooms: readonly string[] = ROOMS): BoundaryReport {
  const imports = importsOf(root, rooms);
  const breaches = imports.flatMap((imported) =>
    RULES.filter((rule) => rule.broken(imported)).map((rule) => ({
      file: imported.file,
      specifier: imported.specifier,
      rule: rule.name,
      why: rule.why,
    })),
  );
  return { imports: imports.length, files: new Set(imports.map(({ file }) => file)).size, breaches };
}
