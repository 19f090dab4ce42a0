/** Something that is wrong with a thing, at a path of its terms. */
export interface Problem {
  /** For example `fields.Subject`; empty for the thing as a whole. */
  readonly path: string;
  readonly problem: string;
}

/** Says what is wrong at a path. */
export type Complain = (path: string, problem: string) => void;

/** Runs a check and gives what it complained about. */
export function complaints(check: (complain: Complain) => void): readonly Problem[] {
  const found: Problem[] = [];
  check((path, problem) => found.push({ path, problem }));
  return found;
}
