import {
  DECISION_REASONS,
  Sensitivity,
  TransferBasis,
  type Decision,
  type DecisionReason,
  type TenantPolicy,
} from '@bailiwick/domain';
import { z } from 'zod';
import type { DecisionInput } from './decision-input.js';

const Reason = z.enum(Object.keys(DECISION_REASONS) as [DecisionReason, ...DecisionReason[]]);

/** What is given, in the words of compliance; what is left out is as in the ordinary case: all well, at home in `eu`. */
const Given = z.strictObject({
  tenant: z.string().default('acme'),
  /** null: the tenant has none. */
  profile: z
    .strictObject({
      tenant: z.string(),
      home: z.string(),
      homeRegion: z.string(),
      permitted: z.array(
        z.strictObject({
          jurisdiction: z.string(),
          basis: TransferBasis,
          upTo: Sensitivity,
          document: z.string().default('document'),
        }),
      ),
      isolation: z.enum(['shared', 'dedicated']),
      overflow: z.enum(['permitted', 'never']),
      acknowledged: z.boolean(),
    })
    .partial()
    .nullable()
    .default({}),
  /** null: the tenant has no such purpose. */
  purpose: z
    .strictObject({ tenant: z.string(), id: z.string(), version: z.int(), model: z.string() })
    .partial()
    .nullable()
    .default({}),
  record: z
    .strictObject({
      sensitivity: z.string(),
      categories: z.array(z.string()),
      purposeVersion: z.int(),
      /** Region in which it lies; its first part is the jurisdiction. */
      at: z.string(),
      /** Jurisdiction of the data subject. */
      subject: z.string(),
    })
    .partial()
    .default({}),
  pools: z
    .array(
      z.strictObject({
        id: z.string(),
        region: z.string(),
        models: z.array(z.string()).default(['small']),
        dedicatedTo: z.string().nullable().default(null),
        accelerators: z.array(z.string()).optional(),
        attestedAt: z.iso.datetime().optional(),
        room: z.int().optional(),
      }),
    )
    .default([{ id: 'eu-shared', region: 'eu-central', models: ['small'], dedicatedTo: null }]),
  /** The tenant's own policies as Cedar text. */
  policy: z.string().optional(),
  /** When the decision is made. */
  now: z.iso.datetime().default('2026-11-02T12:00:00Z'),
  /** Minutes since the control topics were last confirmed; the limit is five. */
  controlAgeMinutes: z.number().default(0),
});

const Expected = z.strictObject({
  outcome: z.enum(['allow', 'deny', 'hold']),
  /** All of them; the first decides. */
  reasons: z.array(Reason).min(1),
  basis: z.enum([...TransferBasis.options, 'none-needed']).optional(),
  pool: z.string().optional(),
});

const Case = z.strictObject({ name: z.string().min(1), given: Given, expect: Expected });
/** One decision as people state it: what is given, and what must come out. */
export type PolicyCase = z.infer<typeof Case>;

type Sections = Record<string, unknown>;
const File = z.strictObject({
  /** What these cases are about. */
  about: z.string().min(1),
  /** What holds in every case of the file, unless the case says otherwise. */
  given: z.record(z.string(), z.unknown()).default({}),
  cases: z.array(z.looseObject({ given: z.record(z.string(), z.unknown()).default({}) })).min(1),
});

/** Reads a file of cases, parsed from YAML or JSON. Throws a `ZodError` that names what is wrong. */
export function readCases(content: unknown): readonly PolicyCase[] {
  const { given, cases } = File.parse(content);
  return cases.map((one) => Case.parse({ ...one, given: merged(given, one.given) }));
}

/** A case says what differs: parts of a section replace the file's, lists and texts as a whole. */
function merged(base: Sections, own: Sections): Sections {
  const isSection = (value: unknown): value is Sections =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const result = { ...base };
  for (const [name, value] of Object.entries(own)) {
    const before = base[name];
    result[name] = isSection(value) && isSection(before) ? { ...before, ...value } : value;
  }
  return result;
}

const ACKNOWLEDGED = { by: 'dpo', at: '2026-01-01T00:00:00Z', textDigest: '0'.repeat(64) };
const MINUTE_MS = 60_000;
const jurisdictionOf = (region: string): string => region.split('-')[0] ?? '';

/** The input that a case describes. */
export function inputOfCase({ given }: PolicyCase, policy?: TenantPolicy): DecisionInput {
  const { tenant, profile, purpose, record, pools, now } = given;
  const at = record.at ?? 'eu-central';
  return {
    profile: profile
      ? {
          tenant: profile.tenant ?? tenant,
          version: 1,
          homeJurisdiction: profile.home ?? 'eu',
          homeRegion: profile.homeRegion ?? 'eu-central',
          permitted: (profile.permitted ?? []).map(({ jurisdiction, basis, upTo, document }) => ({
            jurisdiction,
            transferBasis: basis,
            documentReference: document,
            highestSensitivity: upTo,
          })),
          isolation: profile.isolation ?? 'shared',
          ...(profile.overflow !== undefined && { overflow: profile.overflow }),
          contractReference: 'contract',
          acknowledgement: profile.acknowledged === false ? null : ACKNOWLEDGED,
        }
      : undefined,
    purpose: purpose
      ? {
          tenant: purpose.tenant ?? tenant,
          id: purpose.id ?? 'triage',
          version: purpose.version ?? 1,
          model: { alias: purpose.model ?? 'small', maxTokens: 1, timeoutMs: 1 },
        }
      : undefined,
    policy: given.policy === undefined ? policy : { tenant, version: 1, text: given.policy },
    record: {
      tenant,
      highestSensitivity: record.sensitivity ?? 'Internal',
      categories: record.categories ?? ['free-text'],
      purposeVersion: record.purposeVersion ?? 1,
      atRegion: at,
      atJurisdiction: jurisdictionOf(at),
      subjectJurisdiction: record.subject,
    },
    pools: pools.map((pool) => ({ ...pool, jurisdiction: jurisdictionOf(pool.region), publicKey: 'key' })),
    controlAgeMs: given.controlAgeMinutes * MINUTE_MS,
    staleAfterMs: 5 * MINUTE_MS,
    now: Date.parse(now),
  };
}

/** What is expected and did not come out, for people; undefined when all came out. */
export function differenceOf({ expect }: PolicyCase, decision: Decision): string | undefined {
  const pool = decision.outcome === 'allow' ? decision.pool : undefined;
  const same =
    expect.outcome === decision.outcome &&
    String(expect.reasons) === String(decision.reasons) &&
    (expect.basis === undefined || expect.basis === decision.basis) &&
    (expect.pool === undefined || expect.pool === pool);
  if (same) return undefined;
  const words = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' ');
  return `expected ${words(expect.outcome, String(expect.reasons), expect.basis, expect.pool)}, came ${words(
    decision.outcome,
    String(decision.reasons),
    decision.basis,
    pool,
  )}`;
}
