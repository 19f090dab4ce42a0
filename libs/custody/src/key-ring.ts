import { LRUCache } from 'lru-cache';
import { decryptPacked, encryptPacked, freshBytes, KEY_BYTES } from './aead.js';
import { associatedData } from './associated-data.js';
import type { CellKeyProvider } from './cell-key-provider.js';
import { CustodyError } from './custody-error.js';
import { deriveKey } from './key-agreement.js';
import type { PostgresKeyStore, StoredSubjectKey, SubjectName } from './key-store.js';
import { Sensitive } from './sensitive.js';

/** Keys of a tenant, each derived from the stored one for one use. */
export interface TenantKeys {
  /** Wraps the keys of data subjects. */
  readonly wrap: Buffer;
  /** Makes keyed pseudonyms of CRM record ids. */
  readonly index: Buffer;
  /** Makes pseudonyms of values. */
  readonly pseudonym: Buffer;
}

/** Key of a data subject, opened. */
export interface SubjectKey {
  readonly id: Buffer;
  readonly key: Buffer;
  readonly recordId: Sensitive<string>;
}

const KEY_ID_BYTES = 8;
/** The longest that a key outlives its destruction in a process that used it before. */
const CACHE_MS = 300_000;
const SUBJECTS_KEPT = 20_000;
const TENANTS_KEPT = 2_000;

/** Opens the keys of tenants and data subjects, and remembers them for at most five minutes. */
export class KeyRing {
  readonly #store: PostgresKeyStore;
  readonly #cell: CellKeyProvider;
  readonly #tenants: LRUCache<string, TenantKeys>;
  readonly #subjects: LRUCache<string, SubjectKey>;
  readonly #opening = new Map<string, Promise<TenantKeys>>();

  constructor(store: PostgresKeyStore, cell: CellKeyProvider, cacheMs = CACHE_MS) {
    const ttl = Math.min(cacheMs, CACHE_MS);
    this.#store = store;
    this.#cell = cell;
    this.#tenants = new LRUCache({ max: TENANTS_KEPT, ttl });
    this.#subjects = new LRUCache({ max: SUBJECTS_KEPT, ttl });
  }

  /** Keys of a tenant; made on first use. Throws `tenant-destroyed`. */
  async tenant(tenant: string): Promise<TenantKeys> {
    expectName(tenant);
    const known = this.#tenants.get(tenant) ?? this.#opening.get(tenant);
    if (known) return known;
    const opening = this.#openTenant(tenant).finally(() => this.#opening.delete(tenant));
    this.#opening.set(tenant, opening);
    return opening;
  }

  /** The key of a data subject. Throws `key-missing` when it has none, or has another one than `keyId`. */
  async subject(name: SubjectName, keyId?: Uint8Array): Promise<SubjectKey> {
    expectName(name.tenant, name.subject);
    const fits = (key: SubjectKey): boolean => keyId === undefined || key.id.equals(keyId);
    const known = this.#subjects.get(cacheName(name));
    if (known && fits(known)) return known;
    const stored = await this.#store.subjectKey({ tenant: name.tenant, subject: name.subject });
    if (!stored) throw new CustodyError('key-missing');
    const key = await this.#openSubject(name, stored);
    if (!fits(key)) throw new CustodyError('key-missing');
    return key;
  }

  /** The key of a data subject; made on first use, together with its sealed CRM record id. */
  async ensureSubject(name: SubjectName, recordId: string): Promise<SubjectKey> {
    expectName(name.tenant, name.subject);
    const known = this.#subjects.get(cacheName(name));
    if (known) return known;
    const { wrap } = await this.tenant(name.tenant);
    const key = freshBytes(KEY_BYTES);
    const stored = await this.#store.createSubjectKey({
      tenant: name.tenant,
      subject: name.subject,
      keyId: freshBytes(KEY_ID_BYTES),
      wrappedKey: encryptPacked(wrap, subjectAssociatedData('subject-key', name), key),
      sealedRecordId: encryptPacked(key, subjectAssociatedData('record-id', name), Buffer.from(recordId)),
    });
    return this.#openSubject(name, stored);
  }

  /** Forgets what is remembered of a tenant, or of one data subject. */
  forget(tenant: string, subject?: string): void {
    if (subject !== undefined) {
      this.#subjects.delete(cacheName({ tenant, subject }));
      return;
    }
    this.#tenants.delete(tenant);
    for (const name of this.#subjects.keys()) if (name.startsWith(`${tenant}/`)) this.#subjects.delete(name);
  }

  async #openTenant(tenant: string): Promise<TenantKeys> {
    const associated = associatedData('tenant-key', tenant);
    const stored =
      (await this.#store.tenantKey(tenant)) ??
      (await this.#store.createTenantKey(tenant, await this.#cell.wrap(associated, freshBytes(KEY_BYTES))));
    if (stored.wrappedKey === null) throw new CustodyError('tenant-destroyed');
    const key = await this.#cell.unwrap(associated, stored.wrappedKey);
    const derived = (use: string): Buffer => deriveKey(key, Buffer.alloc(0), `bailiwick/1/tenant/${use}`);
    const keys = { wrap: derived('wrap'), index: derived('index'), pseudonym: derived('pseudonym') };
    this.#tenants.set(tenant, keys);
    return keys;
  }

  async #openSubject(name: SubjectName, stored: StoredSubjectKey): Promise<SubjectKey> {
    const { wrap } = await this.tenant(name.tenant);
    const key = decryptPacked(wrap, subjectAssociatedData('subject-key', name), stored.wrappedKey);
    const recordId = decryptPacked(key, subjectAssociatedData('record-id', name), stored.sealedRecordId);
    const opened = { id: stored.keyId, key, recordId: new Sensitive(recordId.toString('utf8')) };
    this.#subjects.set(cacheName(name), opened);
    return opened;
  }
}

/** Names come from messages. One that the database would refuse must not fail the lookups that go out with it. */
function expectName(...names: readonly string[]): void {
  if (!names.every((name) => /^[\w.-]{1,128}$/.test(name))) throw new CustodyError('key-missing');
}

const cacheName = ({ tenant, subject }: SubjectName): string => `${tenant}/${subject}`;

const subjectAssociatedData = (label: string, { tenant, subject }: SubjectName): Buffer =>
  associatedData(label, tenant, subject);
