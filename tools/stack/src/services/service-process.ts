import { join } from 'node:path';
import { CONTROL_REGION, adapterWorkload, serviceOf, spiffeId } from '@bailiwick/contracts';
import type { CellPlan } from '../cell-plan.js';
import type { ProcessSpec } from '../managed-process.js';
import { CONTROL_DATABASE, DATABASE } from '../parts/database-roles.js';
import type { CertificateAuthority } from '../parts/certificate-authority.js';
import { answersOk } from '../parts/http-ready.js';
import type { KeyMaterial } from '../parts/key-material.js';
import { nodeProcess } from '../parts/node-process.js';
import { REPOSITORY, type StackFolder } from '../stack-folder.js';

/** What the services of all cells share. */
export interface MeshContext {
  readonly folder: StackFolder;
  readonly authority: CertificateAuthority;
  readonly keys: KeyMaterial;
  readonly cells: readonly CellPlan[];
  readonly trustFile: string;
  /** Logs of all cells, with their keys. */
  readonly logsFile: string;
  readonly issuer: string;
  /** OTLP endpoint of the collector, or null: spans are not exported. */
  readonly otlp: string | null;
  readonly webhooksFile: string;
  /** By region. */
  readonly subscriptionsFiles: Readonly<Record<string, string>>;
  readonly crmConnectionsFiles: Readonly<Record<string, string>>;
  readonly crmLoginsFile: string;
  readonly crmAppsFile: string;
  /** Base URL of the control-plane's credential service. */
  readonly credentialsUrl: string;
  readonly cellsFile: string;
  /** The control-plane's first people. */
  readonly peopleFile: string;
  /** Added to the environment of every service; for tests and benchmarks. */
  readonly env: Readonly<Record<string, string>>;
}

/** Ports of 127.0.0.1 on which a service says how it is, and serves what it has. */
export interface ServicePorts {
  readonly http: number;
  readonly grpc: number;
}

/** Services that open payloads: only they are handed the cell's keys. */
const KEY_HOLDERS = ['ingest', 'classifier', 'residency-router', 'writeback'];
const DATABASE_USERS = ['ingest', 'classifier', 'residency-router', 'writeback', 'lineage'];

/** Ten thousand producers may each have a stream open, which is a few times what a service holds otherwise. */
const INGEST_HEAP_MB = 640;

/** Who may ask a cell's classifier what it would keep of a record, and read the histories of every tenant. */
export const ADMINISTRATOR = 'administrator';

/** Workloads of the mesh in a cell, in the order of a record's way. */
export const meshWorkloads = ({ spec }: CellPlan): readonly string[] => [
  'ingest',
  'classifier',
  'residency-router',
  ...spec.pools.map(({ id }) => adapterWorkload(id)),
  'writeback',
  'lineage',
];

/** One service of the mesh in one cell, with its own certificate and nothing but the files that it needs. */
export async function serviceProcess(
  mesh: MeshContext,
  cell: CellPlan,
  workload: string,
): Promise<ProcessSpec> {
  const { region } = cell.spec;
  const service = serviceOf(workload);
  const ports = { http: cell.http[workload] ?? 0, grpc: cell.grpc[workload] ?? 0 };
  return nodeProcess({
    region,
    workload,
    script: join(REPOSITORY, 'apps', service, 'dist', 'main.js'),
    ...(service === 'ingest' && { heapMb: INGEST_HEAP_MB }),
    env: {
      ...(await common(mesh, region, workload, ports)),
      BAILIWICK_JURISDICTION: cell.spec.jurisdiction,
      BAILIWICK_CELL_FILE: cell.file,
      BAILIWICK_KAFKA_BROKERS: `127.0.0.1:${cell.kafka}`,
      BAILIWICK_TRUST_FILE: mesh.trustFile,
      ...(DATABASE_USERS.includes(service) && databaseOf(cell)),
      ...(KEY_HOLDERS.includes(service) && { BAILIWICK_CELL_KEY_FILE: (await mesh.keys.cell(region)).file }),
      ...(await special(mesh, cell, workload)),
      ...mesh.env,
    },
    logFile: mesh.folder.log(region, workload),
    ready: (signal) => answersOk(`http://127.0.0.1:${ports.http}/health/ready`, signal),
  });
}

/** The control-plane, which belongs to no cell; its database is on the server of the first one. */
export async function controlPlaneProcess(
  mesh: MeshContext,
  ports: ServicePorts & { readonly api: number; readonly credentials: number },
): Promise<ProcessSpec> {
  const [home] = mesh.cells;
  const identity = { region: 'control', workload: 'control-plane' };
  return nodeProcess({
    ...identity,
    script: join(REPOSITORY, 'apps', 'control-plane', 'dist', 'main.js'),
    env: {
      ...(await common(mesh, identity.region, identity.workload, ports)),
      BAILIWICK_API_PORT: String(ports.api),
      BAILIWICK_CREDENTIALS_PORT: String(ports.credentials),
      BAILIWICK_SEALING_KEY_FILE: await mesh.keys.sealing(),
      BAILIWICK_CRM_LOGINS_FILE: mesh.crmLoginsFile,
      BAILIWICK_OIDC_ISSUER: mesh.issuer,
      ...(home && databaseOf(home)),
      BAILIWICK_DATABASE_NAME: CONTROL_DATABASE,
      BAILIWICK_SEED_DIR: join(REPOSITORY, 'infra'),
      BAILIWICK_PEOPLE_FILE: mesh.peopleFile,
      BAILIWICK_CELLS_FILE: mesh.cellsFile,
      BAILIWICK_SIGNING_KEY_FILE: (await mesh.keys.signing(identity)).file,
      BAILIWICK_TRUST_FILE: mesh.trustFile,
      ...mesh.env,
    },
    logFile: mesh.folder.log(identity.region, identity.workload),
    ready: (signal) => answersOk(`http://127.0.0.1:${ports.http}/health/ready`, signal),
  });
}

type Environment = Record<string, string>;

async function common(
  mesh: MeshContext,
  region: string,
  workload: string,
  ports: ServicePorts,
): Promise<Environment> {
  const tls = await mesh.authority.issue({ region, workload });
  return {
    BAILIWICK_REGION: region,
    BAILIWICK_WORKLOAD: workload,
    BAILIWICK_HTTP_HOST: '127.0.0.1',
    BAILIWICK_HTTP_PORT: String(ports.http),
    BAILIWICK_GRPC_PORT: String(ports.grpc),
    BAILIWICK_TLS_CERT: tls.certificate,
    BAILIWICK_TLS_KEY: tls.key,
    BAILIWICK_TLS_CA: tls.authority,
    ...(mesh.otlp !== null && { OTEL_EXPORTER_OTLP_ENDPOINT: mesh.otlp }),
  };
}

const databaseOf = (cell: CellPlan): Environment => ({
  BAILIWICK_DATABASE_HOST: '127.0.0.1',
  BAILIWICK_DATABASE_PORT: String(cell.postgres),
  BAILIWICK_DATABASE_NAME: DATABASE,
});

/** What only one service reads. */
async function special(mesh: MeshContext, cell: CellPlan, workload: string): Promise<Environment> {
  const { region } = cell.spec;
  switch (serviceOf(workload)) {
    case 'ingest':
      return {
        BAILIWICK_API_PORT: String(cell.ingestApi),
        BAILIWICK_OIDC_ISSUER: mesh.issuer,
        BAILIWICK_WEBHOOKS_FILE: mesh.webhooksFile,
        BAILIWICK_SUBSCRIPTIONS_FILE: mesh.subscriptionsFiles[region] ?? '',
        BAILIWICK_CREDENTIALS_URL: mesh.credentialsUrl,
      };
    case 'classifier':
      return {
        BAILIWICK_API_PORT: String(cell.classifierApi),
        BAILIWICK_EXPLAIN_PEERS: spiffeId({ region, workload: ADMINISTRATOR }),
      };
    case 'residency-router': {
      const neighbours = mesh.cells
        .filter((other) => other !== cell)
        .map(({ spec, kafka }) => ({
          region: spec.region,
          jurisdiction: spec.jurisdiction,
          brokers: [`127.0.0.1:${kafka}`],
        }));
      return {
        BAILIWICK_SIGNING_KEY_FILE: (await mesh.keys.signing({ region, workload })).file,
        BAILIWICK_NEIGHBOURS: JSON.stringify(neighbours),
      };
    }
    case 'inference-adapter': {
      const pool = workload.slice('inference-adapter.'.length);
      return {
        BAILIWICK_POOL: pool,
        BAILIWICK_POOL_URL: `https://127.0.0.1:${cell.http[`pool.${pool}`]}`,
        BAILIWICK_POOL_KEY_FILE: (await mesh.keys.pool(region, pool)).file,
      };
    }
    case 'writeback':
      return {
        BAILIWICK_SIGNING_KEY_FILE: (await mesh.keys.signing({ region, workload })).file,
        BAILIWICK_CRM_CONNECTIONS_FILE: mesh.crmConnectionsFiles[region] ?? '',
        BAILIWICK_CREDENTIALS_URL: mesh.credentialsUrl,
      };
    case 'lineage':
      return {
        BAILIWICK_API_PORT: String(cell.lineageApi),
        BAILIWICK_OIDC_ISSUER: mesh.issuer,
        // The control-plane tries changes on past decisions before anybody approves them.
        BAILIWICK_READ_PEERS: [
          spiffeId({ region, workload: ADMINISTRATOR }),
          spiffeId({ region: CONTROL_REGION, workload: 'control-plane' }),
        ].join(','),
        BAILIWICK_LOG_DIR: mesh.folder.data(region, 'log'),
        BAILIWICK_LOG_KEY_FILE: (await mesh.keys.note(region, 'note')).file,
        BAILIWICK_WITNESS_KEY_FILE: (await mesh.keys.note(region, 'cosignature')).file,
        BAILIWICK_LOGS_FILE: mesh.logsFile,
        BAILIWICK_GRANTS_FILE: mesh.folder.grants(region),
        BAILIWICK_PRICES_FILE: join(REPOSITORY, 'infra', 'prices.json'),
      };
    default:
      return {};
  }
}
