import { BailiwickError } from '@bailiwick/platform';

/** Who may call an interface, by SPIFFE id; nobody whom the configuration does not name. */
export class Callers {
  readonly #permitted: ReadonlySet<string>;

  constructor(permitted: readonly string[]) {
    this.#permitted = new Set(permitted);
  }

  /** Throws `certificate-not-permitted`; a service of the mesh is not permitted for being one. */
  admit(peer: string | null): void {
    if (peer !== null && this.#permitted.has(peer)) return;
    throw new BailiwickError('certificate-not-permitted', 'the caller’s certificate may not ask this');
  }
}
