import type { Sealed } from '@bailiwick/contracts';
import { base32, type Json } from '@bailiwick/domain';
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { decryptPacked, encryptPacked } from './aead.js';
import { associatedData, dataKeyAssociatedData, type SealSubject } from './associated-data.js';
import { FileCellKeys, type CellKeyProvider } from './cell-key-provider.js';
import { CustodyError } from './custody-error.js';
import { ErasureWatch } from './erasure-watch.js';
import { KeyEraser, type Erased, type ErasureRequested } from './key-eraser.js';
import { KeyRing } from './key-ring.js';
import { PostgresKeyStore, type SubjectName } from './key-store.js';
import { tokenOf } from './pseudonym-text.js';
import { Pseudonymiser, pseudonymTokensIn, restorePseudonyms, type Restored } from './pseudonym.js';
import { migrateCustody } from './schema.js';
import * as seal from './seal.js';
import { SealingSessions } from './sealed-session.js';
import { Sensitive } from './sensitive.js';

/** How custody is opened. */
export interface CustodyOptions {
  /** The cell's database. */
  readonly pool: pg.Pool;
  /** Holder of the cell's keys, or the path of its key file. */
  readonly cellKeys: CellKeyProvider | string;
  /** How long an opened key is remembered, in milliseconds; a minute at most, and by default. */
  readonly cacheMs?: number;
}

/** A request's payload for a pool, and the data key as home wrapped it. */
export interface PoolForm {
  readonly payload: Sealed;
  readonly homeWrappedKey: Buffer;
}

/**
 * All that a service of the home cell does with keys. Keys are fetched together and remembered; the cryptography
 * itself is synchronous and takes microseconds. Throws `CustodyError` and nothing else.
 */
export class Custody {
  readonly #store: PostgresKeyStore;
  readonly #ring: KeyRing;
  readonly #eraser: KeyEraser;
  readonly #sessions = new SealingSessions();
  /** Has this process forget keys at once when they are destroyed; to be started where one runs for long. */
  readonly erasures: ErasureWatch;

  private constructor(pool: pg.Pool, store: PostgresKeyStore, ring: KeyRing, eraser: KeyEraser) {
    this.erasures = new ErasureWatch(pool, ring);
    this.#store = store;
    this.#ring = ring;
    this.#eraser = eraser;
  }

  /** Brings the schema up to date and opens custody. */
  static async open({ pool, cellKeys, cacheMs }: CustodyOptions): Promise<Custody> {
    await migrateCustody(pool);
    const store = new PostgresKeyStore(pool);
    const cell = typeof cellKeys === 'string' ? FileCellKeys.read(cellKeys) : cellKeys;
    return new Custody(pool, store, new KeyRing(store, cell, cacheMs), new KeyEraser(pool, cell.secrets));
  }

  /** Keyed pseudonym of a CRM record id: 16 characters, the same for every event of that record. */
  async subjectOf(tenant: string, object: string, recordId: string): Promise<string> {
    const { index } = await this.#ring.tenant(tenant);
    const mac = createHmac('sha256', index)
      .update(associatedData('subject', object, recordId))
      .digest();
    return base32(mac.subarray(0, 10));
  }

  /** Seals a record as it arrived. Makes the data subject's key on first use, and keeps the record id under it. */
  async sealRecord(record: SealSubject & { recordId: string; plaintext: Uint8Array }): Promise<Sealed> {
    const key = await this.#ring.ensureSubject(record, record.recordId);
    return seal.sealToSubject(key, 'record', record, record.plaintext);
  }

  async openRecord(record: SealSubject & { sealed: Sealed }): Promise<Sensitive<Buffer>> {
    return this.#open('record', record, record.sealed);
  }

  /** Seals what may leave the classifier. */
  async sealMinimised(record: SealSubject & { plaintext: Uint8Array }): Promise<Sealed> {
    return seal.sealToSubject(await this.#ring.subject(record), 'minimised', record, record.plaintext);
  }

  async openMinimised(record: SealSubject & { sealed: Sealed }): Promise<Sensitive<Buffer>> {
    return this.#open('minimised', record, record.sealed);
  }

  /** Re-wraps the data key of minimised content for one pool. The content itself is not encrypted again. */
  async rewrapForPool(
    record: SealSubject & { sealed: Sealed; pool: string; poolPublicKey: string },
  ): Promise<PoolForm> {
    const { sealed, pool, poolPublicKey } = record;
    const dataKey = await this.#dataKey(record, sealed);
    const recipient = seal.poolRecipient(pool);
    const wrappedKey = this.#sessions.wrap(
      recipient,
      poolPublicKey,
      dataKeyAssociatedData(recipient, record),
      dataKey,
    );
    return { payload: { ...sealed, recipient, wrappedKey }, homeWrappedKey: sealed.wrappedKey };
  }

  /** Opens an answer that a pool sealed for the data subject. */
  async openResult(record: SealSubject & { sealed: Sealed }): Promise<Sensitive<Buffer>> {
    const dataKey = await this.#dataKey(record, record.sealed);
    return new Sensitive(seal.openContent(seal.resultKey(dataKey), 'result', record, record.sealed));
  }

  /** Seals an answer, restored, for the process in which its caller waits. */
  async sealReply(record: SealSubject & { plaintext: Uint8Array }): Promise<Sealed> {
    return seal.sealToSubject(await this.#ring.subject(record), 'reply', record, record.plaintext);
  }

  async openReply(record: SealSubject & { sealed: Sealed }): Promise<Sensitive<Buffer>> {
    return this.#open('reply', record, record.sealed);
  }

  /** The CRM's own id of a record. Throws `key-missing` when its data subject was erased. */
  async recordIdOf(tenant: string, subject: string): Promise<Sensitive<string>> {
    return (await this.#ring.subject({ tenant, subject })).recordId;
  }

  /** A maker of pseudonyms for one record. */
  async pseudonymiser(tenant: string): Promise<Pseudonymiser> {
    return new Pseudonymiser((await this.#ring.tenant(tenant)).pseudonym);
  }

  /** Stores what a record's pseudonyms stand for, sealed to its data subject. Throws `key-missing` when it was erased. */
  async remember(tenant: string, subject: string, entries: ReadonlyMap<string, string>): Promise<void> {
    if (entries.size === 0) return;
    const { key, id } = await this.#ring.subject({ tenant, subject });
    const rows = [...entries].map(([pseudonym, value]) => ({
      tenant,
      subject,
      keyId: id,
      pseudonym,
      sealedValue: encryptPacked(
        key,
        pseudonymAssociatedData({ tenant, subject }, pseudonym),
        Buffer.from(value),
      ),
    }));
    if (await this.#store.rememberPseudonyms(rows)) return;
    this.#ring.forget(tenant, subject);
    throw new CustodyError('key-missing');
  }

  /**
   * Replaces the pseudonyms in a text or JSON value by what they stand for. Only pseudonyms of this data subject
   * are known here, so an answer that quotes another record's restores nothing of it.
   */
  async restore(tenant: string, subject: string, value: Json): Promise<Sensitive<Restored>> {
    const wanted = pseudonymTokensIn(value);
    const known = new Map<string, string>();
    if (wanted.size > 0) {
      const { key } = await this.#ring.subject({ tenant, subject });
      for (const [pseudonym, sealed] of await this.#store.pseudonymsOf({ tenant, subject })) {
        if (!wanted.has(tokenOf(pseudonym))) continue;
        const value = decryptPacked(key, pseudonymAssociatedData({ tenant, subject }, pseudonym), sealed);
        known.set(pseudonym, value.toString('utf8'));
      }
    }
    return new Sensitive(restorePseudonyms(value, known));
  }

  /**
   * Destroys the keys of a data subject, or of a whole tenant: nothing that was sealed to it opens any more, from any copy. The same
   * request again gives what was done, and makes sure of it.
   */
  async erase(request: ErasureRequested): Promise<Erased> {
    const erased = await this.#eraser.erase(request);
    this.#ring.forget(request.tenant, request.subject ?? undefined);
    return erased;
  }

  /** Those of the requests that were carried out. */
  erasuresDone(requests: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#eraser.done(requests);
  }

  async #open(
    context: 'record' | 'minimised' | 'reply',
    whose: SealSubject,
    sealed: Sealed,
  ): Promise<Sensitive<Buffer>> {
    return new Sensitive(seal.openContent(await this.#dataKey(whose, sealed), context, whose, sealed));
  }

  async #dataKey(whose: SealSubject, sealed: Sealed): Promise<Buffer> {
    seal.expectRecipient(sealed, seal.subjectRecipient(whose));
    const key = await this.#ring.subject(whose, seal.keyIdOf(sealed.wrappedKey));
    return seal.unwrapForSubject(key, whose, sealed.wrappedKey);
  }
}

/** A request's payload as it was sealed at home: for a record that comes back to the router for a new decision. */
export const homeForm = (whose: SealSubject, { payload, homeWrappedKey }: PoolForm): Sealed => ({
  ...payload,
  recipient: seal.subjectRecipient(whose),
  wrappedKey: homeWrappedKey,
});

const pseudonymAssociatedData = ({ tenant, subject }: SubjectName, pseudonym: string): Buffer =>
  associatedData('pseudonym', tenant, subject, pseudonym);
