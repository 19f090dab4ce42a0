import { CONTROL_REGION } from '@bailiwick/contracts';
import type { CellPlan } from './cell-plan.js';
import type { OutsidePlan } from './outside.js';
import type { KeyMaterial } from './parts/key-material.js';
import {
  SAMPLE_CONNECTION,
  VENDOR_CONNECTIONS,
  VENDOR_TENANT,
  crmKindOf,
  sampleLogins,
  sampleVendors,
} from './sample-logins.js';
import { writeConfig } from './parts/write-config.js';
import { SAMPLE_PEOPLE } from './sample-people.js';
import { CASE_CHANGES } from './sample-crm/pubsub-org.js';
import {
  PULLED,
  SAMPLE_PORTAL,
  SAMPLE_TENANTS,
  WEBHOOK_PURPOSE,
  crmWebhookOf,
  sampleSource,
  webhookId,
} from './sample-tenants.js';
import type { StackFolder } from './stack-folder.js';

/** How other vendors call a case, and its fields. */
const OBJECTS: Readonly<Record<string, object>> = {
  dataverse: { objects: { Case: { as: 'incidents' } } },
  hubspot: { objects: { Case: { as: 'tickets' } } },
  zendesk: {
    customFields: { Triage_Category__c: 360_001, Triage_Sentiment__c: 360_002, Suggested_Reply__c: 360_003 },
  },
};

/** Files that several services read. */
export interface SharedConfig {
  readonly trustFile: string;
  /** Logs of all cells, with their keys and those of their witnesses. */
  readonly logsFile: string;
  readonly cellsFile: string;
  /** By region: over which interface of the sample CRM the cell's write-back writes. */
  readonly crmConnectionsFiles: Readonly<Record<string, string>>;
  /** How the control-plane logs in to the sample CRM for each tenant, and the apps that the CRM lets in. */
  readonly crmLoginsFile: string;
  readonly crmAppsFile: string;
  readonly webhooksFile: string;
  /** By region: the streams of the sample CRM that the cell's ingest pulls. */
  readonly subscriptionsFiles: Readonly<Record<string, string>>;
  readonly peopleFile: string;
}

/** What the shared files are made from. */
export interface SharedConfigInput {
  readonly folder: StackFolder;
  readonly keys: KeyMaterial;
  readonly cells: readonly CellPlan[];
  readonly outside: OutsidePlan;
  /** PEM file of the authority that signed the sample CRM's certificate. */
  readonly authorityFile: string;
}

/** Writes the trust bundle, the list of cells for the control-plane, the CRM connections and the webhooks. */
export async function writeSharedConfig({
  folder,
  keys,
  cells,
  outside,
  authorityFile,
}: SharedConfigInput): Promise<SharedConfig> {
  const signers = [
    { region: CONTROL_REGION, workload: 'control-plane' },
    ...cells.map(({ spec }) => ({ region: spec.region, workload: 'residency-router' })),
  ];
  const trustFile = await keys.trustBundle(
    cells.map(({ spec }) => spec),
    signers,
  );
  const deployed = await Promise.all(
    cells.map(async ({ spec, kafka, ingestApi, grpc }) => ({
      region: spec.region,
      jurisdiction: spec.jurisdiction,
      brokers: [`127.0.0.1:${kafka}`],
      ingestHttp: `https://127.0.0.1:${ingestApi}`,
      ingestGrpc: `127.0.0.1:${grpc['ingest']}`,
      lineageGrpc: `127.0.0.1:${grpc['lineage']}`,
      pools: Object.fromEntries(
        await Promise.all(
          spec.pools.map(async ({ id }) => [id, (await keys.pool(spec.region, id)).publicKey] as const),
        ),
      ),
    })),
  );
  const files = {
    trustFile,
    logsFile: folder.config('logs.json'),
    cellsFile: folder.config('cells.json'),
    crmConnectionsFiles: Object.fromEntries(
      cells.map(({ spec: { region } }) => [region, folder.config(`crm-connections.${region}.json`)]),
    ),
    crmLoginsFile: folder.config('crm-logins.json'),
    crmAppsFile: folder.config('crm-apps.json'),
    webhooksFile: folder.config('webhooks.json'),
    subscriptionsFiles: Object.fromEntries(
      cells.map(({ spec: { region } }) => [region, folder.config(`subscriptions.${region}.json`)]),
    ),
    peopleFile: folder.config('people.json'),
  };
  const logs = cells.map(async ({ spec: { region }, http, grpc }) => ({
    region,
    url: `http://127.0.0.1:${http['lineage']}`,
    grpc: `127.0.0.1:${grpc['lineage']}`,
    log: (await keys.note(region, 'note')).publicKey,
    witness: (await keys.note(region, 'cosignature')).publicKey,
  }));
  await writeConfig(files.logsFile, await Promise.all(logs));
  await writeConfig(files.cellsFile, deployed);
  await writeConfig(files.peopleFile, SAMPLE_PEOPLE);
  const { logins, apps } = await sampleLogins(keys, outside.crmPort);
  const vendors = await sampleVendors(keys, outside.crmPort);
  await writeConfig(files.crmLoginsFile, [...logins, ...vendors.logins]);
  await writeConfig(files.crmAppsFile, { apps, vendors: vendors.apps });
  const home = SAMPLE_TENANTS.find(({ tenant }) => tenant === PULLED.tenant)?.jurisdiction;
  const vendorHome = SAMPLE_TENANTS.find(({ tenant }) => tenant === VENDOR_TENANT)?.jurisdiction;
  for (const { spec } of cells) {
    const pulls = spec.jurisdiction === home;
    await writeConfig(
      files.subscriptionsFiles[spec.region] ?? '',
      pulls ? sampleSubscriptions(outside, spec.jurisdiction, authorityFile) : [],
    );
    // The tenant that is pulled is at home alone there.
    const kind = pulls ? crmKindOf(PULLED.tenant) : 'generic-http';
    const url = `https://127.0.0.1:${outside.crmPort}`;
    const vendorsAtHome = spec.jurisdiction === vendorHome ? Object.entries(VENDOR_CONNECTIONS) : [];
    await writeConfig(files.crmConnectionsFiles[spec.region] ?? '', [
      { name: SAMPLE_CONNECTION, kind, url },
      ...vendorsAtHome.map(([vendor, name]) => ({ name, kind: vendor, url, ...OBJECTS[vendor] })),
    ]);
  }
  const webhooks = SAMPLE_TENANTS.map(({ tenant }) => sampleWebhooks(keys, tenant));
  await writeConfig(files.webhooksFile, (await Promise.all(webhooks)).flat());
  return files;
}

/** The webhooks of a sample tenant, as ingest's file says them: one signed as Bailiwick's own are, and for some one as a CRM signs. */
async function sampleWebhooks(keys: KeyMaterial, tenant: string): Promise<readonly object[]> {
  const registration = async (id: string): Promise<object> => ({
    id,
    tenant,
    purpose: WEBHOOK_PURPOSE,
    source: sampleSource(tenant),
    secretFile: [await keys.webhook(id)],
  });
  const own = await registration(webhookId(tenant));
  const signedByCrm = crmWebhookOf(tenant);
  if (signedByCrm === null) return [own];
  const { id, kind } = signedByCrm;
  const crm = {
    kind,
    crmObject: 'ticket',
    object: 'Case',
    ...(kind === 'hubspot' && { portalId: SAMPLE_PORTAL }),
  };
  return [own, { ...(await registration(id)), crm }];
}

/** What is pulled from the sample CRM, as the subscriptions file of the tenant's cell says it. */
const sampleSubscriptions = (
  { crmPubSubPort }: OutsidePlan,
  jurisdiction: string,
  caFile: string,
): readonly object[] => [
  {
    name: `${PULLED.tenant}-cases`,
    ...PULLED,
    source: sampleSource(PULLED.tenant),
    crm: {
      kind: 'salesforce',
      endpoint: { address: `127.0.0.1:${crmPubSubPort}`, jurisdiction },
      caFile,
      connection: SAMPLE_CONNECTION,
      topic: CASE_CHANGES,
      object: 'Case',
    },
  },
];
