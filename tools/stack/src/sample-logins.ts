import type { KeyMaterial } from './parts/key-material.js';
import type { ConnectedApp } from './sample-crm/crm-login.js';
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
}

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
    });
  }
  return { logins, apps };
}
