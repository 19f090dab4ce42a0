import { BailiwickError } from '@bailiwick/platform';

/** Collects everything that is wrong with the seed files, so that one start names all of it. */
export class SeedProblems {
  readonly #found: string[] = [];

  /** `path` is the place in the file, for example `purpose.fields.Subject`; empty for the file as a whole. */
  add(file: string, path: string, problem: string): void {
    this.#found.push(path === '' ? `${file}: ${problem}` : `${file}: ${path}: ${problem}`);
  }

  get found(): readonly string[] {
    return this.#found;
  }

  /** Throws `config-invalid` with every problem when there is one. */
  refuse(): void {
    if (this.#found.length > 0)
      throw new BailiwickError('config-invalid', `the seed files are wrong — ${this.#found.join('; ')}`);
  }
}
