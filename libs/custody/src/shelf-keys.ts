import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { freshBytes, KEY_BYTES } from './aead.js';
import { CustodyError } from './custody-error.js';
import type { ErasableSecrets, SecretName } from './erasable-secrets.js';
import type { PostgresKeyStore, Shelf, SubjectName } from './key-store.js';

const SHELF_KEY_ID_BYTES = 12;
const SHELVES_KEPT = 20_000;

/** The shelf of a data subject: one of 256 of its tenant, so an erasure wraps the keys of the 256th part of its data subjects anew. */
export const shelfOf = ({ subject }: SubjectName): number =>
  createHash('sha256').update(subject).digest().readUInt8(0);

/** Name of the secret that wraps the keys of a shelf. */
export const shelfSecret = ({ tenant, shelf, shelfKeyId }: Shelf): SecretName => ({
  tenant,
  secret: `shelf-${shelf}.${shelfKeyId}`,
});

/** Name of the secret that wraps a tenant's own key. */
export const tenantSecret = (tenant: string): SecretName => ({ tenant, secret: 'tenant' });

/** A new secret for a shelf, kept. */
export async function freshShelf(
  secrets: ErasableSecrets,
  { tenant, shelf }: Pick<Shelf, 'tenant' | 'shelf'>,
): Promise<{ readonly made: Shelf; readonly key: Buffer }> {
  const made = { tenant, shelf, shelfKeyId: freshBytes(SHELF_KEY_ID_BYTES).toString('hex') };
  return { made, key: await secrets.keep(shelfSecret(made), freshBytes(KEY_BYTES)) };
}

/** Secrets of shelves, remembered for a while. */
export class ShelfKeys {
  readonly #keys: LRUCache<string, Buffer>;
  readonly #current: LRUCache<string, Shelf>;

  constructor(
    private readonly store: PostgresKeyStore,
    private readonly secrets: ErasableSecrets,
    ttl: number,
  ) {
    this.#keys = new LRUCache({ max: SHELVES_KEPT, ttl });
    this.#current = new LRUCache({ max: SHELVES_KEPT, ttl });
  }

  /** The secret of a shelf; undefined when it was destroyed. */
  async key(shelf: Shelf): Promise<Buffer | undefined> {
    const { secret } = shelfSecret(shelf);
    const known = this.#keys.get(`${shelf.tenant}/${secret}`);
    if (known) return known;
    const key = await this.secrets.read(shelfSecret(shelf));
    if (key) this.#keys.set(`${shelf.tenant}/${secret}`, key);
    return key;
  }

  /** The shelf on which a data subject's key is to be put; made on first use. Throws `tenant-destroyed`. */
  async current(name: SubjectName): Promise<Shelf> {
    const { tenant } = name;
    const shelf = shelfOf(name);
    const place = `${tenant}/${shelf}`;
    const known =
      this.#current.get(place) ??
      (await this.store.shelf(tenant, shelf)) ??
      (await this.#make(tenant, shelf));
    this.#current.set(place, known);
    return known;
  }

  forgetAll(): void {
    this.#keys.clear();
    this.#current.clear();
  }

  /** Forgets the shelves of a tenant. */
  forget(tenant: string): void {
    for (const cache of [this.#keys, this.#current])
      for (const place of cache.keys()) if (place.startsWith(`${tenant}/`)) cache.delete(place);
  }

  async #make(tenant: string, shelf: number): Promise<Shelf> {
    const { made } = await freshShelf(this.secrets, { tenant, shelf });
    const stored = await this.store.ensureShelf(made);
    if (stored?.shelfKeyId !== made.shelfKeyId) await this.secrets.destroy(shelfSecret(made));
    if (!stored) throw new CustodyError('tenant-destroyed');
    return stored;
  }
}
