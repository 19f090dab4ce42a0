import { CellSpec } from '@bailiwick/domain';
import { z } from 'zod';
import { problemsOf } from '../check/check-thing.js';
import type { World } from '../check/world.js';
import { textDigest } from '../terms/profile-text.js';
import { ProfileTerms } from '../terms/profile-terms.js';
import { CatalogTerms, MESH, PurposeTerms, keyOf, type Kind, type Name, type Terms } from '../terms/thing.js';
import type { DeployedCell } from './deployed-cell.js';
import { readSeedFolder } from './seed-folder.js';
import { SeedProblems } from './seed-problems.js';

/** A tenant's file: its profile, and the very text that somebody acknowledged, or null. */
const TenantFile = z.strictObject({
  profile: ProfileTerms.extend({
    tenant: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    version: z.int().positive(),
  }),
  acknowledgement: z
    .strictObject({ by: z.string().min(1), at: z.iso.datetime(), text: z.string().min(1) })
    .nullable(),
});

/** A purpose's file: one purpose, the same for each of the tenants named. */
const PurposeFile = z.strictObject({
  tenants: z.array(z.string().min(1)).min(1),
  purpose: PurposeTerms.extend({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
    version: z.int().positive(),
  }),
});

/** A catalog's file. */
const CatalogFile = CatalogTerms.extend({ object: z.string().min(1) });

/** One thing as a file founds it. */
export interface FoundingThing<K extends Kind = Kind> extends Name {
  readonly kind: K;
  readonly body: Terms<K>;
  readonly version: number;
}

/** The exact text that was acknowledged before there was a control-plane to acknowledge it to. */
export interface FoundingAcknowledgement {
  readonly tenant: string;
  readonly version: number;
  readonly by: string;
  readonly at: string;
  readonly text: string;
  readonly textDigest: string;
}

/** The state that an empty store is founded with, valid as a whole. */
export interface Seed {
  readonly things: readonly FoundingThing[];
  readonly acknowledgements: readonly FoundingAcknowledgement[];
}

/** What a file founds, and where in it that is written. */
interface Found {
  readonly file: string;
  /** Path of the terms in the file. */
  readonly at: string;
  readonly thing: FoundingThing;
}

/** Reads and checks the seed; throws `config-invalid` with every problem, each with its file and path. */
export function readSeed(
  seedDir: string,
  deployed: readonly DeployedCell[],
  entities: ReadonlySet<string>,
): Seed {
  const problems = new SeedProblems();
  const acknowledgements: FoundingAcknowledgement[] = [];
  const pools = readPools(seedDir, deployed, problems);
  const catalogs = readSeedFolder(seedDir, 'catalog', CatalogFile, problems).map(
    ({ file, value: { object, ...body } }): Found => ({
      file,
      at: '',
      thing: { kind: 'catalog', scope: MESH, id: object, version: 1, body },
    }),
  );
  const profiles = readSeedFolder(seedDir, 'tenants', TenantFile, problems).map(({ file, value }): Found => {
    const { tenant, version, ...body } = value.profile;
    if (value.acknowledgement) {
      const { by, at, text } = value.acknowledgement;
      acknowledgements.push({ tenant, version, by, at, text, textDigest: textDigest(text) });
    }
    return { file, at: 'profile', thing: { kind: 'profile', scope: tenant, id: tenant, version, body } };
  });
  const tenants = new Set(profiles.map(({ thing }) => thing.scope));
  const purposes = readSeedFolder(seedDir, 'purposes', PurposeFile, problems).flatMap(({ file, value }) => {
    const { id, version, ...body } = value.purpose;
    return value.tenants.map((tenant, index): Found => {
      if (!tenants.has(tenant)) problems.add(file, `tenants.${index}`, `no file describes tenant ${tenant}`);
      return { file, at: 'purpose', thing: { kind: 'purpose', scope: tenant, id, version, body } };
    });
  });
  const found = [...pools, ...catalogs, ...profiles, ...purposes];
  check(found, deployed, entities, problems);
  problems.refuse();
  return { things: found.map(({ thing }) => thing), acknowledgements };
}

/** Pools of the cells that run. */
function readPools(
  seedDir: string,
  deployed: readonly DeployedCell[],
  problems: SeedProblems,
): readonly Found[] {
  const files = readSeedFolder(seedDir, 'jurisdictions', CellSpec, problems);
  return deployed.flatMap(({ region, jurisdiction, pools }) => {
    const spec = files.find(({ value }) => value.region === region);
    if (!spec) {
      problems.add('jurisdictions', '', `no file describes region ${region}, which the cells file names`);
      return [];
    }
    const { file, value } = spec;
    if (value.jurisdiction !== jurisdiction)
      problems.add(file, 'jurisdiction', `the cells file says ${jurisdiction}`);
    return value.pools.map(({ id, ...pool }, index): Found => {
      if (pools[id] === undefined && pool.publicKey === undefined)
        problems.add(file, `pools.${index}`, `the cells file has no public key of pool ${id}`);
      const publicKey = pool.publicKey ?? pools[id];
      const body = { ...pool, jurisdiction, region, ...(publicKey !== undefined && { publicKey }) };
      return {
        file,
        at: `pools.${index}`,
        thing: { kind: 'pool', scope: MESH, id, version: 1, body },
      };
    });
  });
}

/** Checks each thing against all the others; one that several files have is a problem, said once a file. */
function check(
  found: readonly Found[],
  deployed: readonly DeployedCell[],
  entities: ReadonlySet<string>,
  problems: SeedProblems,
): void {
  const of = <K extends Kind>(kind: K): readonly FoundingThing<K>[] =>
    found.flatMap(({ thing }) => (thing.kind === kind ? [thing as FoundingThing<K>] : []));
  const catalogs = new Map(of('catalog').map(({ id, body }) => [id, body]));
  const world: World = {
    jurisdictionOf: (region) => deployed.find((cell) => cell.region === region)?.jurisdiction,
    catalog: (object) => catalogs.get(object),
    pools: of('pool').map(({ body }) => body),
    entities,
  };
  const first = new Map<string, string>();
  const said = new Set<string>();
  for (const { file, at, thing } of found) {
    const { kind, scope, body, id } = thing;
    const other = first.get(keyOf(thing));
    if (other !== undefined)
      problems.add(file, `${at}.id`, `${other} already has ${kind} ${id} of ${thing.scope}`);
    first.set(keyOf(thing), file);
    if (said.has(`${file}/${at}`)) continue;
    said.add(`${file}/${at}`);
    for (const { path, problem } of problemsOf(kind, scope, body, world))
      problems.add(file, at === '' ? path : `${at}.${path}`, problem);
  }
}
