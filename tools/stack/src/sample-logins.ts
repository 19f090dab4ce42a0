import type { KeyMaterial } from './parts/key-material.js';
import type { ConnectedApp } from './sample-crm/crm-login.js';
import { digest256, type VendorApp } from './sample-crm/vendor-login.js';
import { PULLED, SAMPLE_TENANTS } from './sample-tenants.js';

/** What purposes of the sample tenants name as their write-back target. */
export const SAMPLE_CONNECTION = 'sample-crm';

type CrmKind = 'generic-http' | 'salesforce';

/** By which of its interfaces the sample CRM is written to for a tenant: the one whose events are pulled has an org there. */
export const crmKindOf = (tenant: string): CrmKind =>
  tenant === PULLED.tenant ? 'salesforce' : 'generic-http';

/** How the control-plane logs in to the sample CRM for a tenant. */
export interface SampleLogin {
  readonly tenant: string;
  readonly name: string;
  readonly kind: CrmKind;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  readonly clientId: string;
  readonly audience: string;
  readonly user: string;
  /** Private key of the connected app. */
  readonly keyFile: string;
  /** Objects that are pulled through it. */
  readonly reads?: readonly string[];
}

/** How the control-plane logs in to the sample CRM as an account of another vendor. */
export interface SampleVendorLogin {
  readonly tenant: string;
  readonly name: string;
  readonly kind: VendorApp['kind'];
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly audience: string;
  readonly keyFile: string;
}

/** Whose accounts of other vendors the sample CRM has, and how a purpose names each as its write-back target. */
export const VENDOR_TENANT = 'atlas';
export const VENDOR_CONNECTIONS: Readonly<Record<VendorApp['kind'], string>> = {
  dataverse: 'sample-dataverse',
  hubspot: 'sample-hubspot',
  zendesk: 'sample-zendesk',
};

/** The logins of all sample tenants at a CRM, and the connected apps that it must know for them. */
export async function sampleLogins(
  keys: KeyMaterial,
  crmPort: number,
): Promise<{ readonly logins: readonly SampleLogin[]; readonly apps: readonly ConnectedApp[] }> {
  const url = `https://127.0.0.1:${crmPort}`;
  const logins: SampleLogin[] = [];
  const apps: ConnectedApp[] = [];
  for (const { tenant } of SAMPLE_TENANTS) {
    const { file: keyFile, publicKey } = await keys.connectedApp(tenant);
    const app = { clientId: `bailiwick-${tenant}`, user: `integration@${tenant}.example` };
    apps.push({ tenant, ...app, publicKey });
    logins.push({
      tenant,
      name: SAMPLE_CONNECTION,
      kind: crmKindOf(tenant),
      tokenEndpoint: `${url}/services/oauth2/token`,
      revocationEndpoint: `${url}/services/oauth2/revoke`,
      ...app,
      audience: url,
      keyFile,
      ...(tenant === PULLED.tenant && { reads: ['Case'] }),
    });
  }
  return { logins, apps };
}

const DIRECTORY = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const CLIENT_ID = '0b1d3f5a-7c9e-4a2b-8d6f-112233445566';

/** The logins of the tenant that has accounts of other vendors at the sample CRM, and the apps that it must know for them. */
export async function sampleVendors(
  keys: KeyMaterial,
  crmPort: number,
): Promise<{ readonly logins: readonly SampleVendorLogin[]; readonly apps: readonly VendorApp[] }> {
  const tenant = VENDOR_TENANT;
  const audience = `https://127.0.0.1:${crmPort}`;
  const [dataverse, hubspot, zendesk] = await Promise.all([
    keys.certifiedApp(tenant),
    keys.crmSecret(`${tenant}.hubspot`, ['clientSecret', 'refreshToken']),
    keys.crmSecret(`${tenant}.zendesk`, ['clientSecret']),
  ]);
  const zendeskClient = `bailiwick_${tenant}`;
  const login = (
    kind: VendorApp['kind'],
    path: string,
    clientId: string,
    { file: keyFile }: { readonly file: string },
  ): SampleVendorLogin => ({
    tenant,
    name: VENDOR_CONNECTIONS[kind],
    kind,
    tokenEndpoint: `${audience}${path}`,
    clientId,
    audience,
    keyFile,
  });
  return {
    logins: [
      login('dataverse', `/${DIRECTORY}/oauth2/v2.0/token`, CLIENT_ID, dataverse),
      login('hubspot', '/oauth/2026-03/token', CLIENT_ID, hubspot),
      login('zendesk', '/oauth/tokens', zendeskClient, zendesk),
    ],
    apps: [
      {
        kind: 'dataverse',
        tenant,
        clientId: CLIENT_ID,
        directory: DIRECTORY,
        certificate: dataverse.certificate,
      },
      {
        kind: 'hubspot',
        tenant,
        clientId: CLIENT_ID,
        clientSecretDigest: digest256(hubspot.secrets.clientSecret),
        refreshTokenDigest: digest256(hubspot.secrets.refreshToken),
      },
      {
        kind: 'zendesk',
        tenant,
        clientId: zendeskClient,
        clientSecretDigest: digest256(zendesk.secrets.clientSecret),
      },
    ],
  };
}
