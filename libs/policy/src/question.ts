import {
  CATEGORIES,
  SENSITIVITIES,
  type PermittedJurisdiction,
  type Pool,
  sensitivityRank,
} from '@bailiwick/domain';
import type { CedarQuestion, CedarValueJson } from './cedar.js';
import type { DecisionInput } from './decision-input.js';

type Attributes = Record<string, CedarValueJson>;

const MINUTE_MS = 60_000;
/** The place of `unknown` on the scale, above every known label. */
const UNKNOWN_RANK = SENSITIVITIES.length;

const entity = (type: string, id: string): CedarValueJson => ({ __entity: { type, id } });

/** What is no time becomes no time of Cedar's, so that whoever looks at it gets an error, and no answer. */
function datetime(ms: number): CedarValueJson {
  const date = new Date(ms);
  const arg = Number.isNaN(date.getTime()) ? 'no time' : date.toISOString();
  return { __extn: { fn: 'datetime', arg } };
}

/** Stand for an entity that no policy names: the tenant of the record, any other one, and any pool or category. */
const STAND_IN = { asking: 'the asking tenant', other: 'another tenant', unnamed: 'unnamed' } as const;

/**
 * The question of one pool in Cedar's words, as `policies/schema.cedarschema` describes them. What none of the policies
 * names is left out, or a stand-in takes its place, which cannot change the answer: it halves the time that one takes,
 * and a set that names no tenant is asked the same about all of them.
 */
export function questionOf(
  input: DecisionInput,
  pool: Pool,
  transfer: PermittedJurisdiction | undefined,
  names: ReadonlySet<string>,
): CedarQuestion {
  const { record } = input;
  const named = (attributes: Readonly<Record<string, () => CedarValueJson>>): Attributes => {
    const kept: Attributes = {};
    for (const [name, value] of Object.entries(attributes)) if (names.has(name)) kept[name] = value();
    return kept;
  };
  const stand = Object.values(STAND_IN).some((name) => names.has(name))
    ? (id: string): string => id
    : (id: string, standIn: string): string => (names.has(id) ? id : standIn);
  const tenant = (id: string): string => stand(id, id === record.tenant ? STAND_IN.asking : STAND_IN.other);
  const principal = { type: 'Tenant', id: tenant(record.tenant) };
  const resource = { type: 'Pool', id: stand(pool.id, STAND_IN.unnamed) };
  const parents = [
    { type: 'Region', id: pool.region },
    { type: 'Jurisdiction', id: pool.jurisdiction },
  ].filter(({ type, id }) => names.has(type) && names.has(id));
  return {
    principal,
    resource,
    context: named({
      controlFresh: () => isFresh(input),
      now: () => datetime(minuteOf(input.now ?? Number.NaN)),
      record: () => named(recordAttributes(input, (name) => stand(name, STAND_IN.unnamed))),
      purposeKnown: () => purposeOf(input) !== undefined,
      purpose: () => named(purposeAttributes(input)),
      ...(transfer ? { transfer: () => named(transferAttributes(transfer)) } : {}),
    }),
    entities: [
      { uid: principal, attrs: named(tenantAttributes(input)), parents: [] },
      { uid: resource, attrs: named(poolAttributes(pool, input, tenant)), parents },
    ].filter(({ attrs, parents: above }) => Object.keys(attrs).length > 0 || above.length > 0),
  };
}

/** Whether the control topics were confirmed within the limit; an age far in the future means that a clock is wrong. */
export const isFresh = ({ controlAgeMs, staleAfterMs }: DecisionInput): boolean =>
  Math.abs(controlAgeMs) <= staleAfterMs;

/** A time as policies see it. */
export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

function tenantAttributes({ profile, record }: DecisionInput): Record<string, () => CedarValueJson> {
  const own = profile?.tenant === record.tenant ? profile : undefined;
  return {
    hasProfile: () => own !== undefined,
    acknowledged: () => Boolean(own?.acknowledgement),
    home: () => own?.homeJurisdiction ?? '',
    homeRegion: () => own?.homeRegion ?? '',
    isolated: () => own?.isolation === 'dedicated',
    contract: () => own?.contractReference ?? '',
  };
}

/** The purpose, if it is this tenant's. */
const purposeOf = ({ purpose, record }: DecisionInput): DecisionInput['purpose'] =>
  purpose?.tenant === record.tenant ? purpose : undefined;

function recordAttributes(
  input: DecisionInput,
  category: (name: string) => string,
): Record<string, () => CedarValueJson> {
  const { record } = input;
  const { highestSensitivity: label, subjectJurisdiction: subject } = record;
  const known = SENSITIVITIES.some((one) => one === label);
  const categories = record.categories.map((name) => CATEGORIES.find((one) => one === name) ?? 'unknown');
  return {
    labelsKnown: () => known && !categories.includes('unknown'),
    sensitivity: () => entity('Sensitivity', known ? label : 'unknown'),
    sensitivityRank: () => (known ? sensitivityRank(label) : UNKNOWN_RANK),
    categories: () => [...new Set(categories.map(category))].map((name) => entity('Category', name)),
    jurisdiction: () => record.atJurisdiction,
    region: () => record.atRegion,
    ...(subject === undefined ? {} : { subject: () => subject }),
    purposeHolds: () => purposeOf(input)?.version === record.purposeVersion,
    purposeVersion: () => record.purposeVersion,
  };
}

function purposeAttributes(input: DecisionInput): Record<string, () => CedarValueJson> {
  const purpose = purposeOf(input);
  return {
    id: () => purpose?.id ?? '',
    version: () => purpose?.version ?? 0,
    model: () => purpose?.model.alias ?? '',
  };
}

const transferAttributes = (transfer: PermittedJurisdiction): Record<string, () => CedarValueJson> => ({
  basis: () => entity('TransferBasis', transfer.transferBasis),
  document: () => transfer.documentReference,
  highestRank: () => sensitivityRank(transfer.highestSensitivity),
});

const poolAttributes = (
  pool: Pool,
  { purpose }: DecisionInput,
  tenant: (id: string) => string,
): Record<string, () => CedarValueJson> => ({
  serves: () => pool.models.includes(purpose?.model.alias ?? ''),
  jurisdiction: () => pool.jurisdiction,
  region: () => pool.region,
  models: () => [...pool.models],
  ...(pool.dedicatedTo === null
    ? {}
    : { dedicatedTo: () => entity('Tenant', tenant(pool.dedicatedTo ?? '')) }),
  accelerators: () => [...(pool.accelerators ?? [])],
  ...(pool.attestedAt === undefined ? {} : { attestedAt: () => datetime(Date.parse(pool.attestedAt ?? '')) }),
});
