import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EVENT_TYPES, topicNames, type Fact, type InferenceResult } from '@bailiwick/contracts';
import { Custody } from '@bailiwick/custody';
import { CellSpec } from '@bailiwick/domain';
import {
  BaseConfig,
  DatabaseConfig,
  loadConfig,
  openDatabase,
  runService,
  type RunningService,
} from '@bailiwick/platform';
import { ReceiptSigner, SigningKey } from '@bailiwick/receipt';
import { ORG_USERS, VENDOR_CONNECTIONS } from '@bailiwick/stack';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type pg from 'pg';
import { expect, vi } from 'vitest';
import { parse } from 'yaml';
import { writeback } from './app.module.js';
import { TestCrm } from './crm.test-kit.js';
import { TestLender, purposeOfAtlas } from './lender.test-kit.js';
import { ResultMaker } from './result.test-kit.js';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
const yaml = (...path: readonly string[]): unknown => parse(readFileSync(join(INFRA, ...path), 'utf8'));
export const CELL = CellSpec.parse(yaml('jurisdictions', 'eu-central.yaml'));
export const NAMES = topicNames('eu');
export const OUTPUT = {
  category: 'refund',
  priority: 'high',
  sentiment: 'negative',
  reply: 'refund-started',
};
export const PERSON = 'Zaphira Quillfeather';
/** An answer with two values to restore, one of them twice. */
export const LETTER = {
  output: OUTPUT,
  values: [
    ['PERSON', PERSON],
    ['EMAIL_ADDRESS', 'z@example.org'],
  ],
  renderings: { reply: 'Dear {0}, we wrote to {1}. {0}!' },
} as const;

/** How other vendors call a case, and where they keep what is written. */
export const VENDORS = {
  dataverse: {
    connection: { objects: { Case: { as: 'incidents' } } },
    recordIds: '11111111-2222-3333-4444-55555555555',
    written: { object: 'incidents', fields: { Triage_Category__c: 'refund', priority: 'high' } },
  },
  hubspot: {
    connection: { objects: { Case: { as: 'tickets' } } },
    recordIds: '810',
    written: { object: 'tickets', fields: { Triage_Category__c: 'refund', priority: 'high' } },
  },
  zendesk: {
    connection: {
      customFields: { Triage_Category__c: 361, Triage_Sentiment__c: 362, Suggested_Reply__c: 363 },
    },
    recordIds: '910',
    written: { object: 'tickets', fields: { '361': 'refund', priority: 'high' } },
  },
} as const;

/** Write-back of one cell as it runs: with real brokers, a real database, a lender of credentials and a CRM that reacts as it is told. */
export class WriteBackKit {
  readonly #databases: pg.Pool[] = [];
  #service: RunningService | undefined;
  #environment: NodeJS.ProcessEnv = {};

  private constructor(
    readonly mesh: TestMesh,
    readonly cell: TestCell,
    readonly crm: TestCrm,
  ) {}

  lender!: TestLender;
  maker!: ResultMaker;
  custody!: Custody;

  static async start(): Promise<WriteBackKit> {
    const mesh = await TestMesh.start([CELL]);
    const [cell] = mesh.cells;
    const tls = await cell!.environment('sample-crm');
    const [cert = '', key = ''] = await Promise.all(
      ['BAILIWICK_TLS_CERT', 'BAILIWICK_TLS_KEY'].map((name) => readFile(tls[name]!, 'utf8')),
    );
    const folder = dirname(tls['BAILIWICK_CELL_FILE']!);
    const crm = await TestCrm.start({ cert, key }, mesh.keys, join(folder, 'crm.sqlite'));
    const kit = new WriteBackKit(mesh, cell!, crm);
    const routers = await mesh.keys.signing({ region: 'eu-central', workload: 'residency-router' });
    const router = new ReceiptSigner(SigningKey.parse(JSON.parse(await readFile(routers.file, 'utf8'))));
    kit.maker = new ResultMaker(await kit.custodyAs('ingest'), await kit.custodyAs('classifier'), router);
    kit.custody = await kit.custodyAs('writeback');
    kit.lender = await TestLender.start(mesh, await purposes(), [
      ...crm.vendorLogins,
      ...crm.logins,
      ...crm.logins.map((login) => ({ ...login, name: 'sample-org', kind: 'salesforce' as const })),
    ]);
    const connections = join(folder, 'connections.json');
    await writeFile(connections, JSON.stringify(connectionsTo(crm.url)));
    kit.#environment = {
      ...(await cell!.environment('writeback')),
      BAILIWICK_CRM_CONNECTIONS_FILE: connections,
      BAILIWICK_CREDENTIALS_URL: kit.lender.url,
      BAILIWICK_POSTPONE_AFTER_MS: '2500',
    };
    await kit.restart();
    return kit;
  }

  /** Starts the service, again where it runs. */
  async restart(): Promise<void> {
    await this.#service?.stop();
    this.#service = await runService(writeback(this.#environment));
  }

  /** Delivers a result as its adapter does; with `replayOf`, as one that an operator released. */
  readonly send = (result: InferenceResult, replayOf?: string): Promise<void> =>
    this.cell.write('inference-adapter.eu-shared', NAMES.result, EVENT_TYPES.result, result, replayOf);

  /** All facts of an event, once there are so many of a kind. */
  readonly factsOf = (eventId: string, kind: string, count = 1): Promise<readonly Fact[]> =>
    vi.waitFor(
      async () => {
        const facts = (await this.cell.facts()).filter((fact) => fact.eventId === eventId);
        expect(facts.filter((fact) => fact.kind === kind)).toHaveLength(count);
        return facts;
      },
      { timeout: 40_000, interval: 100 },
    );

  /** Why an event had a fact of that kind. */
  readonly reasonOf = async (eventId: string, kind: string): Promise<string | undefined> =>
    (await this.factsOf(eventId, kind)).find((fact) => fact.kind === kind)?.reason;

  /** The cell's database as a workload opens it; closed with the kit. */
  async databaseAs(workload: string): Promise<pg.Pool> {
    const database = openDatabase(
      loadConfig(BaseConfig.extend(DatabaseConfig.shape), await this.cell.environment(workload)),
    );
    this.#databases.push(database);
    return database;
  }

  /** Custody as a workload has it. */
  async custodyAs(workload: string): Promise<Custody> {
    const cellKeys = (await this.mesh.keys.cell('eu-central')).file;
    return Custody.open({ pool: await this.databaseAs(workload), cellKeys });
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    await this.lender.stop();
    this.crm.stop();
    await Promise.all(this.#databases.map((database) => database.end()));
    await this.mesh.stop();
  }
}

/** The purposes of the sample tenant, and others of the same kind that write elsewhere. */
async function purposes(): Promise<Record<string, string>> {
  const triage = await purposeOfAtlas('case-triage.yaml');
  const vendors = Object.entries(VENDOR_CONNECTIONS).map(([kind, name]) => [
    `${kind}.yaml`,
    triage
      .replace('id: case-triage', `id: ${kind}-triage`)
      .replace('sample-crm', name)
      .replace('Priority:', 'priority:'),
  ]);
  return {
    'triage.yaml': triage.replace('tenants: [atlas]', 'tenants: [atlas, nordlicht]'),
    'elsewhere.yaml': triage.replace('id: case-triage', 'id: elsewhere').replace('sample-crm', 'nowhere'),
    'org.yaml': triage.replace('id: case-triage', 'id: org-triage').replace('sample-crm', 'sample-org'),
    'assistant.yaml': await purposeOfAtlas('assistant.yaml'),
    ...(Object.fromEntries(vendors) as Record<string, string>),
  };
}

const connectionsTo = (url: string): readonly object[] => [
  { name: 'sample-crm', kind: 'generic-http', url },
  { name: 'sample-org', url, kind: 'salesforce', unmodifiedSince: true, ownUser: ORG_USERS.integration },
  ...Object.entries(VENDOR_CONNECTIONS).map(([kind, name]) => ({
    name,
    kind,
    url,
    ...VENDORS[kind as keyof typeof VENDORS].connection,
  })),
];
