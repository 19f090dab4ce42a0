import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MinimisedRecord, spiffeId, type InferenceRequest } from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import {
  CellSpec,
  Purpose,
  eventId,
  type Decision,
  type JsonObject,
  type ResidencyProfile,
} from '@bailiwick/domain';
import { ReceiptSigner, receiptClaims, type ReceiptDraft } from '@bailiwick/receipt';
import { parse } from 'yaml';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
const yaml = (...path: readonly string[]): unknown => parse(readFileSync(join(INFRA, ...path), 'utf8'));

/** Cells of the sample stack. */
export const EU_CENTRAL = CellSpec.parse(yaml('jurisdictions', 'eu-central.yaml'));
export const US_EAST = CellSpec.parse(yaml('jurisdictions', 'us-east.yaml'));

const sample = yaml('purposes', 'case-triage.yaml') as { purpose: object };

/** The sample purpose as a tenant has it. */
export const triageOf = (tenant: string): Purpose => Purpose.parse({ ...sample.purpose, tenant });
export const TRIAGE = triageOf('atlas');

/** The sample purpose of callers' questions. */
export const ASSISTANT = Purpose.parse({
  ...(yaml('purposes', 'assistant.yaml') as { purpose: object }).purpose,
  tenant: 'atlas',
});

/** A profile with a home and nothing else permitted. */
export const profileOf = (tenant: string, { region, jurisdiction }: CellSpec): ResidencyProfile => ({
  tenant,
  version: 1,
  homeJurisdiction: jurisdiction,
  homeRegion: region,
  permitted: [],
  isolation: 'shared',
  contractReference: 'TEST-1',
  acknowledgement: { by: 'a test', at: '2026-01-01T00:00:00Z', textDigest: '0'.repeat(64) },
});

/** Name of a cell's router. */
export const routerOf = ({ region }: CellSpec): string => spiffeId({ region, workload: 'residency-router' });

/** A decision that allows a pool of a cell. */
export const allow = ({ region, jurisdiction }: CellSpec, pool: string): Decision => ({
  outcome: 'allow',
  reasons: ['home-pool'],
  basis: 'none-needed',
  region,
  jurisdiction,
  pool,
});

/** How a request is made; what is not named is as the router would do it. */
export interface RequestPlan {
  readonly tenant?: string;
  readonly purpose?: string;
  readonly object?: string;
  readonly fields?: JsonObject;
  readonly home?: CellSpec;
  readonly sealedTo?: string;
  /** What the receipt states otherwise than the request is. */
  readonly claims?: Partial<ReceiptDraft>;
  readonly signer?: ReceiptSigner;
}

let made = 0;

/** Makes requests as the classifier and the router of a cell do together. */
export class RequestMaker {
  constructor(
    private readonly custody: Custody,
    private readonly signer: ReceiptSigner,
    private readonly pool: string,
    private readonly poolKeys: Readonly<Record<string, string>>,
  ) {}

  async make(plan: RequestPlan = {}): Promise<InferenceRequest> {
    const { tenant = 'atlas', purpose = 'case-triage', home = EU_CENTRAL, sealedTo = this.pool } = plan;
    const { object = 'Case' } = plan;
    const recordId = `500-${++made}`;
    const subject = await this.custody.subjectOf(tenant, object, recordId);
    const whose = { eventId: eventId(tenant, '/test', recordId), tenant, subject };
    await this.custody.sealRecord({ ...whose, recordId, plaintext: Buffer.from('as it arrived') });
    const plaintext = MinimisedRecord.encode({
      salt: Buffer.alloc(16, made),
      object,
      fieldsJson: Buffer.from(JSON.stringify(plan.fields ?? { Subject: 'Refund please' })),
    }).finish();
    const sealed = await this.custody.sealMinimised({ ...whose, plaintext });
    const { payload, homeWrappedKey } = await this.custody.rewrapForPool({
      ...whose,
      sealed,
      pool: sealedTo,
      poolPublicKey: this.poolKeys[sealedTo] ?? '',
    });
    const claims = receiptClaims({
      issuer: routerOf(home),
      decision: allow(EU_CENTRAL, this.pool),
      event: whose.eventId,
      tenant,
      purpose,
      purposeVersion: 1,
      from: home,
      profileVersion: 1,
      policyDigest: 'test',
      payloadDigest: createHash('sha256').update(plaintext).digest(),
      highestSensitivity: 'Internal',
      categories: [],
      now: Date.now(),
      lifetimeMs: 900_000,
      ...plan.claims,
    });
    return {
      ...whose,
      purpose,
      purposeVersion: 1,
      object,
      homeRegion: home.region,
      pool: this.pool,
      model: 'triage-small',
      receipt: (plan.signer ?? this.signer).sign(claims),
      payload,
      homeWrappedKey,
      receivedAt: new Date(),
    };
  }
}
