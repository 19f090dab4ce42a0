import { readFileSync } from 'node:fs';
import { BailiwickError, type Logger } from '@bailiwick/platform';

/** Shortest secret that is taken, in characters. */
const MIN_SECRET = 32;
/** How long what was read counts before the files are looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 1000;

/** Secret of a file; null when it is not there or empty, `short` when it is none. */
function readSecret(path: string): string | null {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new BailiwickError('config-invalid', 'a secret file of a webhook cannot be read', { cause });
  }
  if (secret !== '' && secret.length < MIN_SECRET)
    throw new BailiwickError(
      'config-invalid',
      `a secret of a webhook has less than ${MIN_SECRET} characters`,
    );
  return secret === '' ? null : secret;
}

/**
 * The secrets of one webhook, as its files say them now: a new one counts, and one that is taken away ends, within a second and
 * without a restart. Of two files one may be absent or empty; a file that cannot be read, or is half written, leaves what it said.
 */
export class WebhookSecrets {
  readonly #known = new Map<string, string | null>();
  #lookedAt: number;

  /** Throws `config-invalid` when the files hold no secret, or one that is short. */
  constructor(
    private readonly files: readonly string[],
    private readonly logger: Logger,
    now: number = Date.now(),
  ) {
    for (const file of files) this.#known.set(file, readSecret(file));
    this.#lookedAt = now;
    if (this.#current().length === 0)
      throw new BailiwickError('config-invalid', 'the secret files of a webhook hold no secret');
  }

  /** Those that count at a time, in milliseconds. */
  at(now: number): readonly string[] {
    if (Math.abs(now - this.#lookedAt) >= LOOK_AGAIN_MS) {
      this.#lookedAt = now;
      for (const file of this.files) this.#look(file);
    }
    return this.#current();
  }

  #look(file: string): void {
    try {
      this.#known.set(file, readSecret(file));
    } catch (error) {
      this.logger.warn('a secret file of a webhook is not usable; what it said before still counts', {
        error,
      });
    }
  }

  #current(): readonly string[] {
    return [...this.#known.values()].filter((secret) => secret !== null);
  }
}
