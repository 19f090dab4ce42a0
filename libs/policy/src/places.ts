import {
  TRANSFER_BASES,
  sensitivityRank,
  type DecisionBasis,
  type PermittedJurisdiction,
  type Pool,
} from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';

/** Where pools may be looked for, one after another: home first, then abroad on the firmest basis first. */
export interface Place {
  readonly id: 'home-region-pool' | 'home-jurisdiction-pool' | 'permitted-transfer' | 'nowhere';
  /** On what an answer from here would rest. */
  readonly basis: DecisionBasis;
  /** What the contract says of the jurisdiction, where it says something. */
  readonly transfer: PermittedJurisdiction | undefined;
  /** In a fixed order, whatever that of the inventory. */
  readonly pools: readonly Pool[];
}

/**
 * The places of an input, best first, each pool in one of them; a jurisdiction that the contract names twice is two
 * places. Last comes `nowhere`, with the pools that no place reaches: only policies say why they may not answer.
 */
export function placesOf(input: DecisionInput): readonly Place[] {
  const pools = candidates(input);
  const { profile } = input;
  const home = pools.filter(({ jurisdiction }) => jurisdiction === profile?.homeJurisdiction);
  const abroad = (profile?.permitted ?? [])
    .filter(
      ({ jurisdiction, transferBasis }) =>
        transferBasis !== 'none' && jurisdiction !== profile?.homeJurisdiction,
    )
    .toSorted(byFirmness);
  const places: Place[] = [
    {
      id: 'home-region-pool',
      basis: 'none-needed',
      transfer: undefined,
      pools: home.filter(({ region }) => region === profile?.homeRegion),
    },
    {
      id: 'home-jurisdiction-pool',
      basis: 'none-needed',
      transfer: undefined,
      pools: home.filter(({ region }) => region !== profile?.homeRegion),
    },
    ...abroad.map((transfer): Place => ({
      id: 'permitted-transfer',
      basis: transfer.transferBasis,
      transfer,
      pools: pools.filter(({ jurisdiction }) => jurisdiction === transfer.jurisdiction),
    })),
  ];
  const reached = new Set(places.flatMap((place) => place.pools));
  const rest = pools.filter((pool) => !reached.has(pool));
  const nowhere = { id: 'nowhere', basis: 'none', transfer: undefined } as const;
  return [...places, { ...nowhere, pools: pools.length > 0 ? rest : [NO_POOL] }];
}

/** The firmer basis first, then what is trusted with more; in which order a profile lists them plays no part. */
function byFirmness(a: PermittedJurisdiction, b: PermittedJurisdiction): number {
  const names = ({ jurisdiction, documentReference }: PermittedJurisdiction): string =>
    `${jurisdiction} ${documentReference}`;
  return (
    TRANSFER_BASES.indexOf(a.transferBasis) - TRANSFER_BASES.indexOf(b.transferBasis) ||
    sensitivityRank(b.highestSensitivity) - sensitivityRank(a.highestSensitivity) ||
    (names(a) < names(b) ? -1 : 1)
  );
}

/** Stands for a pool where there is none, so that the policies say what they say of the record alone. */
export const NO_POOL: Pool = {
  id: '',
  region: '',
  jurisdiction: '',
  dedicatedTo: null,
  models: [],
  publicKey: '',
};

/** Pools that serve the model and are not somebody else's: of the others the policies would say just that. */
function candidates({ purpose, record, pools }: DecisionInput): readonly Pool[] {
  return pools
    .filter(
      ({ models, dedicatedTo }) =>
        models.includes(purpose?.model.alias ?? '') &&
        (dedicatedTo === null || dedicatedTo === record.tenant),
    )
    .toSorted(byPlace);
}

/** Whether a record may go to a place when those that are open before it are full: load alone opens no other jurisdiction. */
export function followsOn(
  place: Pick<Place, 'id' | 'pools'>,
  open: readonly Pick<Place, 'pools'>[],
  profile: DecisionInput['profile'],
): boolean {
  const [best] = open;
  if (!best) return true;
  return (
    place.id !== 'nowhere' &&
    (profile?.overflow === 'permitted' || jurisdictionOf(place) === jurisdictionOf(best))
  );
}

/** All pools of a place lie in one jurisdiction. */
const jurisdictionOf = ({ pools }: Pick<Place, 'pools'>): string | undefined => pools[0]?.jurisdiction;

/** What tells pools apart, wherever they stand in an inventory. */
export const placeOf = ({ id, region, jurisdiction }: Pick<Pool, 'id' | 'region' | 'jurisdiction'>): string =>
  `${id} ${region} ${jurisdiction}`;

/** The order of equally good pools. */
export const byPlace = (a: Pool, b: Pool): number => (placeOf(a) < placeOf(b) ? -1 : 1);

/**
 * Pools that no policy can tell apart, together: each group is asked about once. Two pools differ by id only where a
 * policy names one.
 */
export function alike(
  pools: readonly Pool[],
  looksAt: (name: string) => boolean,
): readonly (readonly Pool[])[] {
  return [
    ...Map.groupBy(pools, ({ id, region, jurisdiction, dedicatedTo, models, accelerators, attestedAt }) =>
      JSON.stringify([
        looksAt(id) ? id : null,
        region,
        jurisdiction,
        dedicatedTo,
        models,
        looksAt('accelerators') ? accelerators : null,
        looksAt('attestedAt') ? attestedAt : null,
      ]),
    ).values(),
  ];
}
