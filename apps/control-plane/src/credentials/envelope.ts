import { randomBytes } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { decrypt, encrypt, type KeyProvider } from './key-provider.js';

/**
 * Seals short secrets for the store: each under a data key of its own, which the key provider wraps. What is stored is
 * `<wrapped data key>.<ciphertext>` in base64url; it opens for the context only for which it was sealed.
 */
export class Envelope {
  constructor(private readonly provider: KeyProvider) {}

  async seal(secret: string, context: string): Promise<string> {
    const dataKey = randomBytes(32);
    const wrapped = await this.provider.wrap(dataKey, context);
    return [wrapped, encrypt(dataKey, Buffer.from(secret), context)]
      .map((part) => part.toString('base64url'))
      .join('.');
  }

  /** Throws `internal` for what was sealed by another provider, for something else, or changed. */
  async open(sealed: string, context: string): Promise<string> {
    const [wrapped = '', ciphertext = ''] = sealed.split('.');
    try {
      const dataKey = await this.provider.unwrap(Buffer.from(wrapped, 'base64url'), context);
      return decrypt(dataKey, Buffer.from(ciphertext, 'base64url'), context).toString();
    } catch {
      throw new BailiwickError('internal', 'a sealed secret of the store does not open');
    }
  }
}
