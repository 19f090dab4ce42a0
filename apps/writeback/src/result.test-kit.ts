import { ModelOutput, type InferenceResult } from '@bailiwick/contracts';
import { PoolKey, generateKeyPair, type Custody } from '@bailiwick/custody';
import { eventId } from '@bailiwick/domain';
import type { ReceiptSigner } from '@bailiwick/receipt';

/** An answer as the adapter gives it, and what its record's pseudonyms stand for. */
export interface ResultPlan {
  /** Tells apart the events about one record. */
  readonly source?: string;
  /** The CRM's own id of the record; one by itself when absent. */
  readonly recordId?: string;
  readonly tenant?: string;
  /** `case-triage` when absent. */
  readonly purpose?: string;
  /** `Case` when absent. */
  readonly object?: string;
  readonly output?: object;
  readonly renderings?: Readonly<Record<string, string>>;
  /** Values of the record that are known by pseudonym, with their entity. */
  readonly values?: readonly (readonly [entity: string, value: string])[];
}

/** A result with what only the home cell knows of it. */
export interface MadeResult {
  readonly result: InferenceResult;
  readonly recordId: string;
  readonly pseudonyms: readonly string[];
}

let made = 0;

/** Makes results as ingest, the classifier, the router and an adapter do together. */
export class ResultMaker {
  readonly #keys = generateKeyPair();
  readonly #pool = new PoolKey('eu-shared', this.#keys.privateKey);

  constructor(
    /** Custody of ingest, which makes keys, and of the classifier, which remembers pseudonyms. */
    private readonly ingest: Custody,
    private readonly classifier: Custody,
    /** The home cell's router, which decided on the record. */
    private readonly router: ReceiptSigner,
  ) {}

  /** `{0}`, `{1}` in the output and in renderings stand for the pseudonyms of the values. */
  async make({
    tenant = 'atlas',
    purpose = 'case-triage',
    object = 'Case',
    output,
    renderings = {},
    values = [],
    recordId = `500 ${++made}/ä`,
    source = '/test',
  }: ResultPlan = {}): Promise<MadeResult> {
    const subject = await this.ingest.subjectOf(tenant, object, recordId);
    const whose = { eventId: eventId(tenant, source, recordId), tenant, subject };
    await this.ingest.sealRecord({ ...whose, recordId, plaintext: Buffer.from('as it arrived') });
    const pseudonymiser = await this.classifier.pseudonymiser(tenant);
    const pseudonyms = values.map(([entity, value]) => pseudonymiser.pseudonym(entity, value));
    await this.classifier.remember(tenant, subject, pseudonymiser.entries());
    const sealed = await this.ingest.sealMinimised({ ...whose, plaintext: Buffer.from('minimised') });
    const { payload, homeWrappedKey } = await this.ingest.rewrapForPool({
      ...whose,
      sealed,
      pool: 'eu-shared',
      poolPublicKey: this.#keys.publicKey,
    });
    const opened = await this.#pool.open({ ...whose, payload, homeWrappedKey });
    const filled = (text: string): string =>
      text.replaceAll(/\{(\d)\}/g, (_, index: string) => pseudonyms[Number(index)] ?? '');
    const rendered = Object.entries(renderings).map(([name, text]) => [name, filled(text)]);
    const plaintext = ModelOutput.encode({
      outputJson: Buffer.from(filled(JSON.stringify(output ?? {}))),
      renderings: Object.fromEntries(rendered),
    }).finish();
    const result: InferenceResult = {
      ...whose,
      purpose,
      purposeVersion: 1,
      object,
      homeRegion: 'eu-central',
      pool: 'eu-shared',
      model: 'triage-small',
      receipt: this.#receipt({ ...whose, purpose }),
      output: opened.sealResult(plaintext),
      usage: { inputTokens: 1, outputTokens: 1, durationMs: 1 },
      facets: { category: 'refund', priority: 'Zaphira Quillfeather', note: 'Zaphira Quillfeather' },
      receivedAt: new Date(),
      finishedAt: new Date(),
    };
    return { result, recordId, pseudonyms };
  }

  #receipt({
    eventId: event,
    tenant,
    purpose,
  }: Pick<InferenceResult, 'eventId' | 'tenant' | 'purpose'>): string {
    const now = Math.floor(Date.now() / 1000);
    const here = { region: 'eu-central', jurisdiction: 'eu' };
    return this.router.sign({
      jti: event,
      iss: 'spiffe://bailiwick.local/eu-central/residency-router',
      iat: now,
      exp: now + 60,
      event,
      tenant,
      purpose,
      purposeVersion: 1,
      outcome: 'allow',
      reasons: ['home'],
      from: here,
      to: here,
      pool: 'eu-shared',
      basis: 'none-needed',
      profileVersion: 1,
      policyDigest: 'none',
      payloadDigest: 'A'.repeat(43),
      labels: { highestSensitivity: 'Internal', categories: [] },
    });
  }
}
