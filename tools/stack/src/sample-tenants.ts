/** A fictional tenant of the local stack and how it sends. */
export interface SampleTenant {
  readonly tenant: string;
  /** OAuth client of the tenant's CRM. */
  readonly clientId: string;
  /** Jurisdiction whose ingest it sends to. */
  readonly jurisdiction: string;
  readonly purposes: readonly string[];
}

const tenant = (name: string, jurisdiction: string, purposes: readonly string[]): SampleTenant => ({
  tenant: name,
  clientId: `${name}-crm`,
  jurisdiction,
  purposes,
});

/** The sample tenants; their profiles and purposes are in `infra/`. */
export const SAMPLE_TENANTS: readonly SampleTenant[] = [
  tenant('nordlicht', 'eu', ['case-triage', 'case-digest', 'assistant']),
  tenant('atlas', 'eu', ['case-triage', 'case-digest', 'assistant']),
  tenant('harbor', 'us', ['case-triage', 'case-digest', 'assistant']),
  tenant('pending', 'eu', ['case-triage']),
];

/** Whose events the mesh pulls from the sample CRM's Pub/Sub API, and for which purpose; all others are pushed. */
export const PULLED = { tenant: 'harbor', purpose: 'case-triage' };

/** CloudEvents source of the events that the sample CRM sends for a tenant. */
export const sampleSource = (tenantName: string): string => `urn:sample-crm:${tenantName}`;

/** Purpose for which each sample tenant has a webhook, and the webhook's id. */
export const WEBHOOK_PURPOSE = 'case-triage';
export const webhookId = (tenantName: string): string => `${tenantName}-${WEBHOOK_PURPOSE}`;
