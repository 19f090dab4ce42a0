import { z } from 'zod';
import type { Db } from '../db.js';
import { MESH, TERMS, keyOf, type Kind, type Name, type Terms } from '../terms/thing.js';

/** One version of a thing, as it took effect. */
export interface Version<K extends Kind = Kind> extends Name {
  readonly kind: K;
  readonly version: number;
  /** Null: the thing is retired. */
  readonly body: Terms<K> | null;
  /** Change by which it took effect. */
  readonly changeId: string;
  readonly at: string;
}

/** What a person acknowledged. */
const Acknowledged = z.object({
  text: z.string(),
  textDigest: z.string(),
  /** Name of the person. */
  name: z.string(),
  at: z.string(),
  /** True for the end of every acknowledgement before it. */
  withdrawn: z.boolean(),
});
export type Acknowledged = z.infer<typeof Acknowledged>;

/** A tenant's residency profile as it stands. */
export interface ProfileStanding {
  /** What holds: the newest acknowledged version, or the newest when none is. */
  readonly inForce: Version<'profile'>;
  readonly acknowledgement: Acknowledged | null;
  /** A newer version that was approved and waits for its acknowledgement. */
  readonly awaiting: Version<'profile'> | null;
}

interface Row {
  readonly seq: string;
  readonly what: 'version' | 'acknowledgement';
  readonly scope: string;
  readonly kind: Kind;
  readonly id: string;
  readonly version: number;
  readonly body: unknown;
  readonly change_id: string;
  readonly at: Date;
}

/** One statement, and so one snapshot: a row that it does not see has a higher number than all that it sees. */
const SINCE = `
  SELECT seq, 'version' AS what, scope, kind, id, version, body, change_id, at FROM control.version WHERE seq > $1
  UNION ALL
  SELECT seq, 'acknowledgement', tenant, 'profile', tenant, version,
         json_build_object('text', text, 'textDigest', text_digest, 'name', name, 'withdrawn', withdrawn, 'at',
           to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), '', at
  FROM control.acknowledgement WHERE seq > $1
  ORDER BY seq`;

/**
 * Everything that is in force, in memory, as the store says it. The store only ever adds, so a refresh reads what was
 * added since the last one.
 */
export class Book {
  #seq = 0;
  /** Newest versions by scope, then by kind and id. */
  readonly #latest = new Map<string, Map<string, Version>>();
  readonly #profiles = new Map<string, readonly Version<'profile'>[]>();
  /** By tenant and version. */
  readonly #acknowledged = new Map<string, Map<number, Acknowledged>>();
  readonly #listeners: (() => void)[] = [];

  /**
   * Reads what took effect since the last refresh; throws what the store throws. Inside a transaction it comes before
   * whatever that puts in force, which may yet be taken back.
   */
  async refresh(db: Db): Promise<void> {
    const { rows } = await db.query<Row>(SINCE, [this.#seq]);
    for (const row of rows) this.#take(row);
    if (rows.length > 0) for (const listener of this.#listeners) listener();
  }

  /** Number of the last effect that the book knows. */
  get seq(): number {
    return this.#seq;
  }

  /** Calls the listener after every refresh that found something new. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The newest version of a thing; its body is null when it was retired. */
  latest<K extends Kind>(kind: K, scope: string, id: string): Version<K> | undefined {
    return this.#latest.get(scope)?.get(keyOf({ kind, scope, id })) as Version<K> | undefined;
  }

  /** Newest versions of all things of a kind in one scope, in the order of their names; retired ones too. */
  all<K extends Kind>(kind: K, scope: string): readonly Version<K>[] {
    const found = [...(this.#latest.get(scope)?.values() ?? [])].filter(
      (version): version is Version<K> => version.kind === kind,
    );
    return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Newest versions of all things of a kind, in no order; retired ones too. */
  *everywhere<K extends Kind>(kind: K): Generator<Version<K>> {
    for (const own of this.#latest.values())
      for (const version of own.values()) if (version.kind === kind) yield version as Version<K>;
  }

  /** How a tenant's profile stands; undefined when there never was one. */
  profile(tenant: string): ProfileStanding | undefined {
    const versions = this.#profiles.get(tenant) ?? [];
    const newest = versions.at(-1);
    if (!newest) return undefined;
    const of = ({ version }: Version): Acknowledged | null =>
      this.#acknowledged.get(tenant)?.get(version) ?? null;
    const held = newest.body === null ? undefined : versions.findLast((version) => of(version) !== null);
    const inForce = held ?? newest;
    return { inForce, acknowledgement: of(inForce), awaiting: of(newest) || !newest.body ? null : newest };
  }

  /** Whether a tenant has a profile that is not retired. */
  hasTenant(tenant: string): boolean {
    return tenant !== MESH && Boolean(this.latest('profile', tenant, tenant)?.body);
  }

  #take({ seq, what, scope, kind, id, version, body, change_id, at }: Row): void {
    // Two refreshes at the same time read the same rows.
    if (Number(seq) <= this.#seq) return;
    this.#seq = Number(seq);
    if (what === 'acknowledgement') {
      const acknowledged = Acknowledged.parse(body);
      const of = this.#acknowledged.get(scope) ?? new Map<number, Acknowledged>();
      if (acknowledged.withdrawn) of.clear();
      else of.set(version, acknowledged);
      this.#acknowledged.set(scope, of);
      return;
    }
    const taken: Version = {
      kind,
      scope,
      id,
      version,
      body: body === null ? null : TERMS[kind].parse(body),
      changeId: change_id,
      at: at.toISOString(),
    };
    const own = this.#latest.get(scope) ?? new Map<string, Version>();
    this.#latest.set(scope, own.set(keyOf(taken), taken));
    if (kind === 'profile')
      this.#profiles.set(scope, [...(this.#profiles.get(scope) ?? []), taken as Version<'profile'>]);
  }
}
