import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  purposeKey,
  type Decision,
  type Pool,
  type Purpose,
  type ResidencyProfile,
  type TenantPolicy,
} from '@bailiwick/domain';
import { decide } from '@bailiwick/policy';
import type { ReceiptClaims } from '@bailiwick/receipt';
import type { Statement } from '../publish/statements.js';

/** Everything that decisions rest on. */
export interface Rules {
  readonly profiles: ReadonlyMap<string, ResidencyProfile>;
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly policies: ReadonlyMap<string, TenantPolicy>;
  readonly pools: readonly Pool[];
}

/** The rules that statements make; a later one of the same thing counts. */
export function rulesOf(statements: readonly Statement[]): Rules {
  const of = <T>(wanted: Statement['kind']): ReadonlyMap<string, T> => {
    const found = new Map<string, T>();
    for (const { kind, id, body } of statements) {
      if (kind !== wanted) continue;
      if (body === null) found.delete(id);
      else found.set(id, body as T);
    }
    return found;
  };
  return {
    profiles: of('profile'),
    purposes: of('purpose'),
    policies: of('policy'),
    pools: [...of<Pool>('pool').values()],
  };
}

/** A past decision that would come out otherwise. */
export interface Otherwise {
  readonly event: string;
  readonly purpose: string;
  readonly before: Decision;
  readonly after: Decision;
}

/** What a change would alter. */
export interface DryRun {
  /** Past decisions that were decided both ways. */
  readonly decided: number;
  readonly otherwise: readonly Otherwise[];
}

/**
 * Decides past records again by what their signed receipts say of them, under two sets of rules, and gives those that
 * come out otherwise. Labels are those that were found then: what another purpose would have left of a record, only
 * its classifier could say.
 */
export function dryRun(past: readonly ReceiptClaims[], before: Rules, after: Rules, now: number): DryRun {
  const otherwise = past.flatMap((claims): readonly Otherwise[] => {
    const [one, other] = [before, after].map((rules) => decisionOn(claims, rules, now));
    if (!one || !other || isDeepStrictEqual(one, other)) return [];
    return [{ event: claims.event, purpose: claims.purpose, before: one, after: other }];
  });
  return { decided: past.length, otherwise };
}

function decisionOn(claims: ReceiptClaims, rules: Rules, now: number): Decision {
  const { tenant, labels, from, event } = claims;
  const purpose = rules.purposes.get(purposeKey(tenant, claims.purpose));
  return decide({
    profile: rules.profiles.get(tenant),
    purpose,
    policy: rules.policies.get(tenant),
    record: {
      tenant,
      highestSensitivity: labels.highestSensitivity,
      categories: labels.categories,
      purposeVersion: purpose?.version ?? 0,
      atRegion: from.region,
      atJurisdiction: from.jurisdiction,
      subjectJurisdiction: labels.subjectJurisdiction,
    },
    pools: rules.pools,
    controlAgeMs: 0,
    staleAfterMs: 1,
    now,
    spread: createHash('sha256').update(event).digest().readUInt32BE(),
  });
}
