import { LRUCache } from 'lru-cache';
import { decryptPacked, encryptPacked, freshBytes, KEY_BYTES } from './aead.js';
import { associatedData } from './associated-data.js';
import type { CellKeyProvider } from './cell-key-provider.js';
import { CustodyError } from './custody-error.js';
import { deriveKey } from './key-agreement.js';
import type { PostgresKeyStore, StoredSubjectKey, StoredTenantKey, SubjectName } from './key-store.js';
import { Sensitive } from './sensitive.js';
import { ShelfKeys, tenantSecret } from './shelf-keys.js';
import { wentAway } from './store-error.js';

/** Keys of a tenant, each derived from the stored one for one use. */
export interface TenantKeys {
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
/** The longest that a key outlives its destruction in a process that used it before, in milliseconds. */
export const LONGEST_MEMORY_MS = 60_000;
/** How often a lookup is repeated that met an erasure. */
const ATTEMPTS = 5;
const SUBJECTS_KEPT = 20_000;
const TENANTS_KEPT = 2_000;

/** Opens the keys of tenants and data subjects, and remembers them for a minute at most. */
export class KeyRing {
  readonly #store: PostgresKeyStore;
  readonly #cell: CellKeyProvider;
  readonly #tenants: LRUCache<string, TenantKeys>;
  readonly #subjects: LRUCache<string, SubjectKey>;
  readonly #shelves: ShelfKeys;
  readonly #opening = new Map<string, Promise<TenantKeys>>();

  constructor(store: PostgresKeyStore, cell: CellKeyProvider, cacheMs = LONGEST_MEMORY_MS) {
    const ttl = Math.min(cacheMs, LONGEST_MEMORY_MS);
    this.#store = store;
    this.#cell = cell;
    this.#tenants = new LRUCache({ max: TENANTS_KEPT, ttl });
    this.#subjects = new LRUCache({ max: SUBJECTS_KEPT, ttl });
    this.#shelves = new ShelfKeys(store, cell.secrets, ttl);
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
    const key = await this.#retried(name.tenant, () => this.#stored(name));
    if (!fits(key)) throw new CustodyError('key-missing');
    return key;
  }

  /** The key of a data subject; made on first use, together with its sealed CRM record id. */
  async ensureSubject(name: SubjectName, recordId: string): Promise<SubjectKey> {
    expectName(name.tenant, name.subject);
    return (
      this.#subjects.get(cacheName(name)) ?? this.#retried(name.tenant, () => this.#made(name, recordId))
    );
  }

  /** Forgets everything. */
  forgetAll(): void {
    this.#tenants.clear();
    this.#subjects.clear();
    this.#shelves.forgetAll();
  }

  /** Forgets what is remembered of a tenant, or of one data subject. */
  forget(tenant: string, subject?: string): void {
    if (subject !== undefined) {
      this.#subjects.delete(cacheName({ tenant, subject }));
      return;
    }
    this.#tenants.delete(tenant);
    this.#shelves.forget(tenant);
    for (const name of this.#subjects.keys()) if (name.startsWith(`${tenant}/`)) this.#subjects.delete(name);
  }

  async #openTenant(tenant: string): Promise<TenantKeys> {
    const associated = associatedData('tenant-key', tenant);
    const name = tenantSecret(tenant);
    const stored = (await this.#store.tenantKey(tenant)) ?? (await this.#makeTenant(tenant, associated));
    if (stored.wrappedKey === null) throw new CustodyError('tenant-destroyed');
    const secret = await this.#cell.secrets.read(name);
    if (!secret) throw new CustodyError('key-file-invalid');
    const key = decryptPacked(secret, associated, stored.wrappedKey);
    const derived = (use: string): Buffer => deriveKey(key, Buffer.alloc(0), `bailiwick/1/tenant/${use}`);
    const keys = { index: derived('index'), pseudonym: derived('pseudonym') };
    this.#tenants.set(tenant, keys);
    return keys;
  }

  async #makeTenant(tenant: string, associated: Uint8Array): Promise<StoredTenantKey> {
    const secret = await this.#cell.secrets.keep(tenantSecret(tenant), freshBytes(KEY_BYTES));
    const key = freshBytes(KEY_BYTES);
    return this.#store.createTenantKey(tenant, encryptPacked(secret, associated, key));
  }

  async #stored(name: SubjectName): Promise<SubjectKey> {
    const stored = await this.#store.subjectKey({ tenant: name.tenant, subject: name.subject });
    if (!stored) throw new CustodyError('key-missing');
    return this.#open(name, stored);
  }

  async #made(name: SubjectName, recordId: string): Promise<SubjectKey> {
    const { tenant, subject } = name;
    const shelf = await this.#shelves.current(name);
    const wrapping = await this.#shelves.key(shelf);
    if (!wrapping) throw new CustodyError('key-file-invalid');
    const key = freshBytes(KEY_BYTES);
    const stored = await this.#store.createSubjectKey({
      ...shelf,
      subject,
      keyId: freshBytes(KEY_ID_BYTES),
      wrappedKey: encryptPacked(wrapping, subjectAssociatedData('subject-key', { tenant, subject }), key),
      sealedRecordId: encryptPacked(key, subjectAssociatedData('record-id', name), Buffer.from(recordId)),
    });
    return this.#open(name, stored);
  }

  /** An erasure may replace what wraps a key between two looks at it: then everything of the tenant is looked up again. */
  async #retried(tenant: string, look: () => Promise<SubjectKey>): Promise<SubjectKey> {
    for (let attempt = 1; ; attempt++)
      try {
        return await look();
      } catch (thrown) {
        const missed =
          wentAway(thrown) || (thrown instanceof CustodyError && thrown.code === 'key-file-invalid');
        if (!missed || attempt === ATTEMPTS) throw thrown;
        this.#shelves.forget(tenant);
      }
  }

  async #open(name: SubjectName, stored: StoredSubjectKey): Promise<SubjectKey> {
    const wrapping = await this.#shelves.key({ tenant: name.tenant, ...stored });
    if (!wrapping) throw new CustodyError('key-file-invalid');
    const key = decryptPacked(wrapping, subjectAssociatedData('subject-key', name), stored.wrappedKey);
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

export const subjectAssociatedData = (label: string, { tenant, subject }: SubjectName): Buffer =>
  associatedData(label, tenant, subject);
