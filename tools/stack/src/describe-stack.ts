import { pathToFileURL } from 'node:url';
import { CONTROL_AUDIENCE, INGEST_AUDIENCE, LINEAGE_AUDIENCE } from './identity-provider/client.js';
import { DATABASE } from './parts/database-roles.js';
import type { CertificateFiles } from './parts/certificate-authority.js';
import { startTimeOf } from './process-table.js';
import type { OutsidePlan } from './outside.js';
import { SAMPLE_PEOPLE } from './sample-people.js';
import { SAMPLE_TENANTS, crmWebhookOf, sampleSource, webhookId } from './sample-tenants.js';
import { ADMINISTRATOR, type MeshContext } from './services/service-process.js';
import type { CellPlan } from './cell-plan.js';
import type { StackCell, StackFile, StackPerson, StackTenant } from './stack-file.js';

const http = (port: number | undefined): string => `http://127.0.0.1:${port ?? 0}`;
const grpc = (port: number | undefined): string => `127.0.0.1:${port ?? 0}`;

/** What the stack file says of a stack. */
export async function describeStack(mesh: MeshContext, outside: OutsidePlan): Promise<StackFile> {
  const cells = await Promise.all(
    mesh.cells.map(async (cell) => [cell.spec.region, await describeCell(mesh, cell)] as const),
  );
  const tenants = await Promise.all(
    SAMPLE_TENANTS.map(
      async ({ tenant, clientId, complianceId, jurisdiction, purposes }): Promise<[string, StackTenant]> => {
        const home = mesh.cells.find(({ spec }) => spec.jurisdiction === jurisdiction) ?? mesh.cells[0];
        const { file: keyFile } = await mesh.keys.client(clientId);
        const region = home?.spec.region ?? '';
        const webhook = { id: webhookId(tenant), secretFile: await mesh.keys.webhook(webhookId(tenant)) };
        const signedByCrm = crmWebhookOf(tenant);
        const crmWebhook = signedByCrm && {
          ...signedByCrm,
          secretFile: await mesh.keys.webhook(signedByCrm.id),
        };
        return [
          tenant,
          {
            clientId,
            keyFile,
            region,
            source: sampleSource(tenant),
            purposes: [...purposes],
            compliance: { clientId: complianceId, keyFile: (await mesh.keys.client(complianceId)).file },
            webhook,
            crmWebhook,
          },
        ];
      },
    ),
  );
  const people = await Promise.all(
    SAMPLE_PEOPLE.map(async ({ subject, name }): Promise<[string, StackPerson]> => {
      const { file: keyFile } = await mesh.keys.client(subject);
      return [subject, { clientId: subject, keyFile, name }];
    }),
  );
  return {
    version: 1,
    supervisor: { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' },
    startedAt: new Date().toISOString(),
    cells: Object.fromEntries(cells),
    controlPlane: {
      http: http(outside.controlPlane.http),
      grpc: grpc(outside.controlPlane.grpc),
      api: `https://127.0.0.1:${outside.controlPlane.api}`,
      audience: CONTROL_AUDIENCE,
      credentials: mesh.credentialsUrl,
    },
    people: Object.fromEntries(people),
    identityProvider: { issuer: outside.issuer, audience: INGEST_AUDIENCE },
    jaeger: { query: outside.query, otlp: outside.otlp },
    sampleCrm: {
      url: `https://127.0.0.1:${outside.crmPort}`,
      reader: await mesh.authority.issue({ region: 'outside', workload: 'auditor' }),
    },
    authority: mesh.authority.file,
    trustFile: mesh.trustFile,
    logsFile: mesh.logsFile,
    tenants: Object.fromEntries(tenants),
    logs: mesh.folder.logs,
  };
}

async function describeCell(mesh: MeshContext, cell: CellPlan): Promise<StackCell> {
  const { region, jurisdiction, pools } = cell.spec;
  const auditor = await mesh.authority.issue({ region, workload: 'auditor' });
  const administrator = await mesh.authority.issue({ region, workload: ADMINISTRATOR });
  const services = Object.entries(cell.http).filter(([workload]) => !workload.startsWith('pool.'));
  return {
    region,
    jurisdiction,
    kafka: {
      brokers: [`127.0.0.1:${cell.kafka}`],
      auditor,
      operator: await mesh.authority.issue({ region, workload: 'operator' }),
    },
    ingest: { http: `https://127.0.0.1:${cell.ingestApi}`, grpc: grpc(cell.grpc['ingest']) },
    classifier: {
      http: `https://127.0.0.1:${cell.classifierApi}`,
      administrator,
    },
    router: { http: http(cell.http['residency-router']), grpc: grpc(cell.grpc['residency-router']) },
    lineage: {
      http: http(cell.http['lineage']),
      grpc: grpc(cell.grpc['lineage']),
      api: `https://127.0.0.1:${cell.lineageApi}`,
      audience: LINEAGE_AUDIENCE,
      administrator,
    },
    grantsFile: mesh.folder.grants(region),
    database: { url: databaseUrl(cell.postgres, auditor) },
    services: Object.fromEntries(services.map(([workload, port]) => [workload, http(port)])),
    grpc: Object.fromEntries(Object.entries(cell.grpc).map(([workload, port]) => [workload, grpc(port)])),
    pools: pools.map(({ id }) => id),
  };
}

/** libpq's URL form, which psql and most drivers take. */
function databaseUrl(port: number, { certificate, key, authority }: CertificateFiles): string {
  const path = (file: string): string => encodeURI(pathToFileURL(file).pathname);
  const tls = `sslmode=verify-full&sslcert=${path(certificate)}&sslkey=${path(key)}&sslrootcert=${path(authority)}`;
  return `postgresql://auditor@127.0.0.1:${port}/${DATABASE}?${tls}`;
}
