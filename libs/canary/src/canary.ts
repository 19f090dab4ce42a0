import { randomBytes } from 'node:crypto';
import { base32 } from '@bailiwick/domain';

/** Values that exist nowhere else, so that a hit in any place is a leak. */
export interface Canaries {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly note: string;
  /** All values, to search for. */
  readonly values: readonly string[];
}

/** Makes canaries that detectors recognise as what they are. The word in `note` is free text that no detector knows. */
export function makeCanaries(): Canaries {
  const word = (): string => base32(randomBytes(8));
  const name = `Zora Canary${word()}`;
  const email = `zora.${word()}@example.org`;
  const phone = `+4930${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`;
  const note = `canarynote${word()}`;
  return { name, email, phone, note, values: [name, email, phone, note] };
}
