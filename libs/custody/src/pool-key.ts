import type { Sealed } from '@bailiwick/contracts';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { encrypt } from './aead.js';
import { contentAssociatedData, dataKeyAssociatedData, type SealSubject } from './associated-data.js';
import { readKeyFile } from './cell-key-provider.js';
import { agree, rawPublicKey, readPrivateKey, readPublicKey } from './key-agreement.js';
import { expectRecipient, openContent, poolRecipient, resultKey, subjectRecipient } from './seal.js';
import { OpeningSessions } from './sealed-session.js';
import { Sensitive } from './sensitive.js';

const PoolKeyFile = z.strictObject({ x25519PrivateKey: z.base64url() });

/** A request as a pool receives it. */
export interface PoolRequest extends SealSubject {
  readonly payload: Sealed;
  readonly homeWrappedKey: Buffer;
}

/** A request that its pool has opened. */
export interface OpenedRequest {
  /** The exact bytes that left the classifier. */
  readonly plaintext: Sensitive<Buffer>;
  /** Seals the answer to the data subject at home; the pool itself cannot open it from elsewhere again. */
  readonly sealResult: (plaintext: Uint8Array) => Sealed;
}

/** The private key of one pool. All that an inference-adapter holds of custody: no database, no cell key. */
export class PoolKey {
  readonly #recipient: string;
  readonly #sessions: OpeningSessions;

  /** `privateKey` is PKCS #8 in base64url. */
  constructor(pool: string, privateKey: string) {
    const key: KeyObject = readPrivateKey(privateKey);
    this.#recipient = poolRecipient(pool);
    this.#sessions = new OpeningSessions(this.#recipient, rawPublicKey(key), (encapsulated) =>
      agree(key, readPublicKey(encapsulated)),
    );
  }

  /** Reads the file named by `BAILIWICK_POOL_KEY_FILE`; throws `key-file-invalid`. */
  static read(pool: string, path: string): PoolKey {
    return new PoolKey(pool, readKeyFile(path, PoolKeyFile).x25519PrivateKey);
  }

  /** Opens a request. Throws `wrong-recipient` for another pool's, `seal-broken` for an altered or moved one. */
  async open({ payload, homeWrappedKey, ...whose }: PoolRequest): Promise<OpenedRequest> {
    expectRecipient(payload, this.#recipient);
    const associated = dataKeyAssociatedData(this.#recipient, whose);
    const dataKey = await this.#sessions.unwrap(associated, payload.wrappedKey);
    const plaintext = openContent(dataKey, 'minimised', whose, payload);
    return {
      plaintext: new Sensitive(plaintext),
      sealResult: (answer) => ({
        recipient: subjectRecipient(whose),
        wrappedKey: homeWrappedKey,
        ...encrypt(resultKey(dataKey), contentAssociatedData('result', whose), answer),
      }),
    };
  }
}
