import {
  Jurisdiction,
  Region,
  sensitivityRank,
  type CellSpec,
  type DecisionBasis,
  type DecisionReason,
  type ResidencyProfile,
  type Sensitivity,
} from '@bailiwick/domain';
import { z } from 'zod';
import type { Acl } from './acl.js';
import { kafkaPrefix, kafkaPrincipal, type Identity } from './identity.js';
import { topicCatalogue, type Topic } from './topic-catalogue.js';
import { topicNames } from './topic-names.js';

const DAY = 86_400_000;
/** A grant is asked for anew at least once a year. */
const LONGEST_MS = 366 * DAY;
/** How old the word of the control-plane may be on which something leaves for another jurisdiction. */
const STALE_AFTER_MS = 5 * 60_000;

/** What every message of the analytics topics is classified as: free of personal data, not for the public. */
export const ANALYTICS_CLASSIFICATION: Sensitivity = 'Internal';

/** Public topics, as a grant names them. */
export const PUBLIC_TOPICS = ['outcome'] as const;

/** One consumer's permission to read a cell's analytics topics, as it is written in a grant file. */
export const AnalyticsGrant = z.strictObject({
  /** Names the grant's topics, certificate and consumer groups. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/, 'two to 31 lower-case letters, digits and dashes'),
  /** Who reads, for people. */
  consumer: z.string().min(1).max(200),
  /** Cell that is read. */
  region: Region,
  topics: z.array(z.enum(PUBLIC_TOPICS)).min(1),
  /** Where the consumer reads and keeps what it read. */
  jurisdiction: Jurisdiction,
  /** Only outcomes of these tenants; of all when absent. Another jurisdiction gets those that are named and no other. */
  tenants: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{1,40}$/))
    .min(1)
    .optional(),
  /** Day (UTC) or time from which nothing is read any more. */
  expires: z.union([z.iso.date(), z.iso.datetime()]),
});
export type AnalyticsGrant = z.infer<typeof AnalyticsGrant>;

/** Grants of one cell with the key of each, from which its pseudonyms are made: the file that `BAILIWICK_GRANTS_FILE` names. */
export const GrantsFile = z.strictObject({
  grants: z.array(
    // 32 bytes, base64url. Who has it can find out which pseudonym of the grant a record has, so only lineage may read the file.
    AnalyticsGrant.extend({ key: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  ),
});
export type GrantsFile = z.infer<typeof GrantsFile>;
export type KeyedGrant = GrantsFile['grants'][number];

/** Whether something may be read under a grant. */
export interface GrantDecision {
  readonly outcome: 'allow' | 'deny';
  readonly reason: DecisionReason | 'home' | 'grant-expired' | 'grant-too-long' | 'tenant-not-granted';
  readonly basis: DecisionBasis;
}

const deny = (reason: GrantDecision['reason']): GrantDecision => ({ outcome: 'deny', reason, basis: 'none' });

/** What the control-plane says now of a tenant, and when it was last heard. */
export interface KnownProfile {
  readonly profile: ResidencyProfile | undefined;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
}

/**
 * Whether a consumer may have an outcome of a tenant now. At home every granted one; in another jurisdiction only what the tenant's
 * acknowledged profile permits to go there, on its transfer basis, by a word of the control-plane that is not stale.
 */
export function decideGrant(
  grant: AnalyticsGrant,
  cell: Pick<CellSpec, 'jurisdiction'>,
  tenant: string,
  known: () => KnownProfile,
  now: number,
): GrantDecision {
  if (now >= Date.parse(grant.expires)) return deny('grant-expired');
  if (grant.tenants && !grant.tenants.includes(tenant)) return deny('tenant-not-granted');
  if (grant.jurisdiction === cell.jurisdiction)
    return { outcome: 'allow', reason: 'home', basis: 'none-needed' };
  if (!grant.tenants) return deny('tenant-not-granted');
  const { profile, asOf } = known();
  if (now - asOf > STALE_AFTER_MS) return deny('policy-stale');
  if (!profile) return deny('no-profile');
  if (!profile.acknowledgement) return deny('not-acknowledged');
  if (profile.homeJurisdiction === grant.jurisdiction)
    return { outcome: 'allow', reason: 'home', basis: 'none-needed' };
  const permitted = profile.permitted.find(({ jurisdiction }) => jurisdiction === grant.jurisdiction);
  if (!permitted || permitted.transferBasis === 'none') return deny('transfer-not-permitted');
  if (sensitivityRank(permitted.highestSensitivity) < sensitivityRank(ANALYTICS_CLASSIFICATION))
    return deny('too-sensitive');
  return { outcome: 'allow', reason: 'transfer-permitted', basis: permitted.transferBasis };
}

/** Whether a grant may be made now: not over, at most a year long, and for another jurisdiction only with a basis for every tenant. */
export function judgeGrant(
  grant: AnalyticsGrant,
  cell: Pick<CellSpec, 'jurisdiction'>,
  known: (tenant: string) => KnownProfile,
  now: number,
): GrantDecision & { readonly tenant: string | null } {
  if (Date.parse(grant.expires) - now > LONGEST_MS) return { ...deny('grant-too-long'), tenant: null };
  for (const tenant of grant.tenants ?? ['']) {
    const decision = decideGrant(grant, cell, tenant, () => known(tenant), now);
    if (decision.outcome === 'deny') return { ...decision, tenant: tenant || null };
  }
  return { outcome: 'allow', reason: 'home', basis: 'none-needed', tenant: null };
}

/** Who a grant's certificate says its bearer is: another workload of the cell, with no right but to read. */
export const grantIdentity = ({ id, region }: Pick<AnalyticsGrant, 'id' | 'region'>): Identity => ({
  region,
  workload: `consumer.${id}`,
});

/** The topics that lineage writes for one grant: like the public ones of the cell, with pseudonyms of the grant. */
export function grantTopics(cell: CellSpec, grant: AnalyticsGrant): readonly Topic[] {
  const names = topicNames(cell.jurisdiction);
  return topicCatalogue(cell)
    .filter(({ name }) => name === names.outcome)
    .map((topic) => ({
      ...topic,
      name: names.grantedOutcome(grant.id),
      purpose: `Outcomes for ${grant.consumer}, with pseudonyms that no other consumer sees.`,
      readers: [grantIdentity(grant)],
    }));
}

/** What the broker lets happen under a grant. `consumer`: the grants of the reader alone, which end with it. */
export function grantAcls(cell: CellSpec, grant: AnalyticsGrant): readonly Acl[] {
  const own = (workload: string): string => kafkaPrincipal({ region: cell.region, workload });
  const reader = grantIdentity(grant);
  const principal = kafkaPrincipal(reader);
  const onTopic = (who: string, topic: string, ...operations: readonly Acl['operation'][]): Acl[] =>
    operations.map((operation) => ({
      principal: who,
      resource: 'topic',
      name: topic,
      pattern: 'literal',
      operation,
    }));
  return [
    ...grantTopics(cell, grant).flatMap(({ name }) => [
      ...onTopic(principal, name, 'read', 'describe'),
      ...onTopic(own('auditor'), name, 'read', 'describe'),
      ...onTopic(own('lineage'), name, 'write', 'describe'),
    ]),
    { principal, resource: 'group', name: kafkaPrefix(reader), pattern: 'prefixed', operation: 'read' },
  ];
}
