import type { KeyMaterial } from './parts/key-material.js';
import type { ConnectedApp } from './sample-crm/crm-login.js';
import { SAMPLE_TENANTS } from './sample-tenants.js';

/** What purposes of the sample tenants name as their write-back target. */
export const SAMPLE_CONNECTION = 'sample-crm';

/** How the control-plane logs in to the sample CRM for a tenant. */
export interface SampleLogin {
  readonly tenant: string;
  readonly name: string;
  readonly kind: 'generic-http';
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
      kind: 'generic-http',
      tokenEndpoint: `${url}/services/oauth2/token`,
      revocationEndpoint: `${url}/services/oauth2/revoke`,
      ...app,
      audience: url,
      keyFile,
    });
  }
  return { logins, apps };
}
