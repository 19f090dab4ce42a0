import { LONGEST_KEPT_DAYS } from '@bailiwick/contracts';
import { checkPolicies } from '@bailiwick/policy';
import type { ConnectionTerms } from '../terms/connection-terms.js';
import type { ProfileTerms } from '../terms/profile-terms.js';
import type { CatalogTerms, Kind, PolicyTerms, PoolTerms, Terms } from '../terms/thing.js';
import { checkPurpose } from './check-purpose.js';
import { complaints, type Complain, type Problem } from './problem.js';
import type { World } from './world.js';

type Checks = {
  readonly [K in Kind]: (terms: Terms<K>, world: World, complain: Complain, scope: string) => void;
};

const CHECKS: Checks = {
  profile: checkProfile,
  purpose: checkPurpose,
  policy: checkPolicy,
  pool: checkPool,
  catalog: checkCatalog,
  connection: checkConnection,
  /** Whoever there is to erase only the home cell knows. */
  erasure: () => undefined,
};

/** What is wrong with a thing, beyond its form, in a world that it is part of. */
export const problemsOf = <K extends Kind>(
  kind: K,
  scope: string,
  terms: Terms<K>,
  world: World,
): readonly Problem[] => complaints((complain) => CHECKS[kind](terms, world, complain, scope));

/** A tenant's policies must be read, fit the schema, and only forbid: a router holds everything of a tenant otherwise. */
function checkPolicy({ text }: PolicyTerms, _world: World, complain: Complain, tenant: string): void {
  for (const { line, code, message } of checkPolicies([{ name: tenant, tenant, text }], []))
    complain('text', `${line === undefined ? '' : `line ${line}: `}${code}: ${message}`);
}

function checkProfile(profile: ProfileTerms, world: World, complain: Complain): void {
  const { homeRegion, homeJurisdiction, permitted, retention } = profile;
  const jurisdiction = world.jurisdictionOf(homeRegion);
  if (jurisdiction === undefined) complain('homeRegion', `no cell runs in ${homeRegion}`);
  else if (jurisdiction !== homeJurisdiction)
    complain('homeJurisdiction', `${homeRegion} does not lie there`);
  for (const [what, days] of Object.entries(LONGEST_KEPT_DAYS) as [keyof typeof LONGEST_KEPT_DAYS, number][])
    if (retention[what] < days)
      complain(`retention.${what}`, `is shorter than the ${days} days for which cells keep such records`);
  permitted.forEach((permission, index) => {
    const path = `permitted.${index}`;
    if (permission.jurisdiction === homeJurisdiction)
      complain(`${path}.jurisdiction`, 'is the home, which needs no permission');
    if (permitted.findIndex((other) => other.jurisdiction === permission.jurisdiction) !== index)
      complain(`${path}.jurisdiction`, 'is permitted twice');
    if (permission.transferBasis === 'none')
      complain(`${path}.transferBasis`, 'a transfer needs a basis (GDPR 44-49)');
  });
}

function checkPool(pool: PoolTerms, world: World, complain: Complain): void {
  const jurisdiction = world.jurisdictionOf(pool.region);
  if (jurisdiction === undefined) complain('region', `no cell runs in ${pool.region}`);
  else if (jurisdiction !== pool.jurisdiction) complain('jurisdiction', `${pool.region} does not lie there`);
}

/** Who gives a token also ends it, or is whom it is for: nobody else is to see one. */
function checkConnection(terms: ConnectionTerms, _: World, complain: Complain): void {
  const given = new URL(terms.tokenEndpoint).origin;
  if ('revocationEndpoint' in terms && new URL(terms.revocationEndpoint).origin !== given)
    complain('revocationEndpoint', 'is of another origin than tokenEndpoint, and would be sent its tokens');
  if (terms.kind === 'zendesk' && terms.audience !== given)
    complain('audience', 'is another account than that of tokenEndpoint');
}

function checkCatalog({ fields }: CatalogTerms, world: World, complain: Complain): void {
  for (const [field, { entity }] of Object.entries(fields))
    if (entity !== undefined && !world.entities.has(entity))
      complain(`fields.${field}.entity`, `no detector finds ${entity}`);
}
