import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ControlApi } from './control-api.js';
import type { FileThing } from './thing-file.js';

const Tenant = z.object({
  profile: z.record(z.string(), z.unknown()),
  awaiting: z.object({ profile: z.record(z.string(), z.unknown()) }).nullable(),
});
const Versioned = z.looseObject({ version: z.int() });
const Purpose = Versioned.extend({ id: z.string(), tenant: z.string() });
const Pool = Versioned.extend({ id: z.string() });
const Connection = Versioned.extend({ id: z.string(), tenant: z.string(), standing: z.unknown() });
const Catalog = Versioned.extend({ object: z.string() });

type Known = ReadonlyMap<string, unknown>;
const keyOf = ({ kind, id }: Pick<FileThing, 'kind' | 'id'>): string => `${kind}/${id}`;

/** What the control-plane has of one tenant, or of what belongs to none, by kind and id. */
async function knownOf(api: ControlApi, tenant: string | null): Promise<Known> {
  const known = new Map<string, unknown>();
  if (tenant === null) {
    for (const { id, version: _, ...terms } of await api.all('/v1/pools', Pool))
      known.set(keyOf({ kind: 'pool', id }), terms);
    for (const { object, version: _, ...terms } of await api.all('/v1/catalogs', Catalog))
      known.set(keyOf({ kind: 'catalog', id: object }), terms);
    return known;
  }
  const path = `/v1/tenants/${encodeURIComponent(tenant)}`;
  const found = Tenant.safeParse((await api.find('GET', path))?.body).data;
  if (!found) return known;
  known.set(keyOf({ kind: 'profile', id: tenant }), found.awaiting?.profile ?? found.profile);
  for (const { id, tenant: _, version: __, ...terms } of await api.all(`${path}/purposes`, Purpose))
    known.set(keyOf({ kind: 'purpose', id }), terms);
  const connections = await api.all(`${path}/connections`, Connection);
  for (const { id, tenant: _, version: __, standing: ___, ...terms } of connections)
    known.set(keyOf({ kind: 'connection', id }), terms);
  const policy = Versioned.safeParse((await api.find('GET', `${path}/policy`))?.body).data;
  if (policy) known.set(keyOf({ kind: 'policy', id: tenant }), { text: policy['text'] });
  return known;
}

const Keyed = z.object({ publicKey: z.string() });

/** What a thing keeps that its file does not repeat: a pool's key. */
const keptOf = ({ kind }: FileThing, before: unknown): object =>
  (kind === 'pool' && Keyed.safeParse(before).data) || {};

/** The things that are to say something else than the control-plane has, by tenant. */
export async function changedThings(
  api: ControlApi,
  things: readonly FileThing[],
): Promise<ReadonlyMap<string | null, readonly FileThing[]>> {
  const changed = new Map<string | null, readonly FileThing[]>();
  for (const [tenant, own] of Map.groupBy(things, (thing) => thing.tenant)) {
    const known = await knownOf(api, tenant);
    const news = own.filter((thing) => {
      const before = known.get(keyOf(thing));
      return !isDeepStrictEqual(before, { ...keptOf(thing, before), ...thing.terms });
    });
    if (news.length > 0) changed.set(tenant, news);
  }
  return changed;
}
