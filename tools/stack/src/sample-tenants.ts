/** A fictional tenant of the local stack and how it sends. */
export interface SampleTenant {
  readonly tenant: string;
  /** OAuth client of the tenant's CRM. */
  readonly clientId: string;
  /** OAuth client of the tenant's compliance, which reads its lineage. */
  readonly complianceId: string;
  /** Jurisdiction whose ingest it sends to. */
  readonly jurisdiction: string;
  readonly purposes: readonly string[];
}

const tenant = (name: string, jurisdiction: string, purposes: readonly string[]): SampleTenant => ({
  tenant: name,
  clientId: `${name}-crm`,
  complianceId: `${name}-compliance`,
  jurisdiction,
  purposes,
});

/** The sample tenants; their profiles and purposes are in `infra/`. */
export const SAMPLE_TENANTS: readonly SampleTenant[] = [
  tenant('nordlicht', 'eu', ['case-triage', 'case-digest', 'assistant', 'case-search']),
  tenant('atlas', 'eu', ['case-triage', 'case-digest', 'assistant', 'case-search', 'desk-triage']),
  tenant('harbor', 'us', ['case-triage', 'case-digest', 'assistant', 'case-search']),
  tenant('pending', 'eu', ['case-triage']),
];

/** Whose events the mesh pulls from the sample CRM's Pub/Sub API, and for which purpose; all others are pushed. */
export const PULLED = { tenant: 'harbor', purpose: 'case-triage' };

/** CloudEvents source of the events that the sample CRM sends for a tenant. */
export const sampleSource = (tenantName: string): string => `urn:sample-crm:${tenantName}`;

/** Purpose for which each sample tenant has a webhook, and the webhook's id. */
export const WEBHOOK_PURPOSE = 'case-triage';
export const webhookId = (tenantName: string): string => `${tenantName}-${WEBHOOK_PURPOSE}`;

/** How a webhook of the sample CRM signs: as Bailiwick's own are, or as a CRM's do. */
export type WebhookKind = 'bailiwick' | 'hubspot' | 'zendesk';

/** Tenants with a second webhook, and the CRM as which the sample CRM signs there. */
const CRM_WEBHOOKS: Readonly<Record<string, Exclude<WebhookKind, 'bailiwick'>>> = {
  nordlicht: 'zendesk',
  atlas: 'hubspot',
};

/** The tenant's webhook that is signed as a CRM does, or null. */
export function crmWebhookOf(
  tenantName: string,
): { readonly id: string; readonly kind: Exclude<WebhookKind, 'bailiwick'> } | null {
  const kind = CRM_WEBHOOKS[tenantName];
  return kind === undefined ? null : { id: `${tenantName}-${kind}`, kind };
}

/** HubSpot account as which the sample CRM signs. */
export const SAMPLE_PORTAL = 62_515;
