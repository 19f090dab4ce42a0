import { createHash, randomBytes } from 'node:crypto';
import {
  EVENT_TYPES,
  MinimisedRecord,
  readTrustBundle,
  spiffeId,
  topicNames,
  type EventType,
  type Fact,
  type InferenceRequest,
  type RecordClassified,
} from '@bailiwick/contracts';
import { Custody, PoolKey } from '@bailiwick/custody';
import { eventId, type CellSpec } from '@bailiwick/domain';
import { openDatabase, runService, type RunningService } from '@bailiwick/platform';
import { verifyReceipt } from '@bailiwick/receipt';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type { Pool as Database } from 'pg';
import { expect } from 'vitest';
import { residencyRouter } from './app.module.js';
import { readConfig } from './config.js';
import { publishSamples, specOf } from './samples.test-kit.js';

export const EU = topicNames('eu');
export const US = topicNames('us');
/** How long a test waits for what must come, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Two cells with the samples published and a router in each; records come as from ingest and the classifier. */
export class RouterMesh {
  readonly #routers = new Map<TestCell, RunningService>();

  private constructor(
    readonly mesh: TestMesh,
    readonly eu: TestCell,
    readonly us: TestCell,
    private readonly trustFile: string,
    /** As ingest and the classifier of each cell have them. */
    private readonly custodies: ReadonlyMap<TestCell, Custody>,
    private readonly databases: readonly Database[],
  ) {}

  static async start(
    specs: readonly CellSpec[] = [specOf('eu-central'), specOf('us-east')],
  ): Promise<RouterMesh> {
    const mesh = await TestMesh.start(specs);
    const [eu, us] = mesh.cells as [TestCell, TestCell];
    await Promise.all(mesh.cells.map((cell) => publishSamples(cell, mesh)));
    const databases: Database[] = [];
    const custodies = new Map<TestCell, Custody>();
    let trustFile = '';
    for (const cell of mesh.cells) {
      const env = { ...(await environmentOf(mesh, cell)), ...(await cell.environment('ingest')) };
      const database = openDatabase(readConfig(env));
      databases.push(database);
      const cellKeys = env['BAILIWICK_CELL_KEY_FILE'] ?? '';
      custodies.set(cell, await Custody.open({ pool: database, cellKeys }));
      trustFile = env['BAILIWICK_TRUST_FILE'] ?? '';
    }
    const kit = new RouterMesh(mesh, eu, us, trustFile, custodies, databases);
    for (const cell of mesh.cells) await kit.startRouter(cell);
    return kit;
  }

  async stop(): Promise<void> {
    for (const router of this.#routers.values()) await router.stop();
    for (const database of this.databases) await database.end();
    await this.mesh.stop();
  }

  /** Starts the router of a cell; gives the port of its gRPC interface. */
  async startRouter(cell: TestCell, changes: Record<string, string> = {}): Promise<string> {
    const env = { ...(await environmentOf(this.mesh, cell)), ...changes };
    this.#routers.set(cell, await runService(residencyRouter(env)));
    return env['BAILIWICK_GRPC_PORT'] ?? '';
  }

  async stopRouter(cell: TestCell): Promise<void> {
    await this.#routers.get(cell)?.stop();
    this.#routers.delete(cell);
  }

  /** Seals a minimised record as ingest and the classifier do. */
  async classified(
    tenant: string,
    purpose: string,
    sourceId: string,
    highestSensitivity = 'Internal',
    recordId = sourceId,
    { at = this.eu, subjectJurisdiction }: { at?: TestCell; subjectJurisdiction?: string } = {},
  ): Promise<RecordClassified> {
    const custody = this.custodies.get(at) as Custody;
    const id = eventId(tenant, '/test', sourceId);
    const subject = await custody.subjectOf(tenant, 'Case', recordId);
    const whose = { eventId: id, tenant, subject };
    await custody.sealRecord({ ...whose, recordId, plaintext: Buffer.alloc(1) });
    const fieldsJson = Buffer.from(JSON.stringify({ Subject: sourceId }));
    const plaintext = MinimisedRecord.encode({ salt: randomBytes(16), object: 'Case', fieldsJson }).finish();
    return {
      eventId: id,
      tenant,
      purpose,
      purposeVersion: 1,
      catalogVersion: 1,
      object: 'Case',
      subject,
      labels: [],
      highestSensitivity,
      categories: ['free-text', 'none'],
      digest: createHash('sha256').update(plaintext).digest(),
      payload: await custody.sealMinimised({ ...whose, plaintext }),
      receivedAt: new Date(),
      ...(subjectJurisdiction !== undefined && { subjectJurisdiction }),
    };
  }

  /** Has a record decided on in a cell. */
  async decided(record: RecordClassified, { spec, write } = this.eu): Promise<RecordClassified> {
    const { classified } = topicNames(spec.jurisdiction);
    await write('classifier', classified, EVENT_TYPES.classified, record);
    return record;
  }

  /** Waits for the messages of an event on a topic. */
  async messagesOf<T extends { eventId: string }>(
    cell: TestCell,
    topic: string,
    type: EventType<T>,
    id: string,
    count = 1,
  ): Promise<readonly T[]> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      const found = (await cell.read(topic, type)).filter((message) => message.eventId === id);
      if (found.length >= count || Date.now() > deadline) return found;
    }
  }

  /** Waits for the facts of an event of one kind. */
  async factOf(cell: TestCell, id: string, kind: string, count = 1): Promise<readonly Fact[]> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      const facts = (await cell.facts()).filter((f) => f.eventId === id && f.kind === kind);
      if (facts.length >= count || Date.now() > deadline) return facts;
    }
  }

  /** Public keys of the receipts of a cell's router. */
  routerKeys(region: string) {
    const issuer = spiffeId({ region, workload: 'residency-router' });
    return readTrustBundle(this.trustFile).signers[issuer] ?? [];
  }

  /** Opens a request as its pool's adapter does, verifying its receipt. */
  async opened(cell: TestCell, request: InferenceRequest): Promise<{ Subject: string }> {
    const { eventId: id, tenant, subject, purpose, payload, homeWrappedKey } = request;
    const { file } = await this.mesh.keys.pool(cell.spec.region, request.pool);
    const key = PoolKey.read(request.pool, file);
    const { plaintext } = await key.open({ eventId: id, tenant, subject, payload: payload!, homeWrappedKey });
    const bytes = plaintext.reveal();
    const verdict = verifyReceipt(request.receipt, this.routerKeys(request.homeRegion), {
      eventId: id,
      tenant,
      purpose,
      pool: request.pool,
      jurisdiction: cell.spec.jurisdiction,
      digest: createHash('sha256').update(bytes).digest(),
      now: Date.now(),
    });
    expect(verdict).toMatchObject({ ok: true });
    return JSON.parse(MinimisedRecord.decode(bytes).fieldsJson.toString('utf8')) as { Subject: string };
  }
}

async function environmentOf(mesh: TestMesh, cell: TestCell): Promise<Record<string, string>> {
  const { region } = cell.spec;
  const neighbours = mesh.cells
    .filter((other) => cell.spec.borders.includes(other.spec.jurisdiction))
    .map(({ spec, broker }) => ({ region: spec.region, jurisdiction: spec.jurisdiction, brokers: [broker] }));
  return {
    ...(await cell.environment('residency-router')),
    BAILIWICK_SIGNING_KEY_FILE: (await mesh.keys.signing({ region, workload: 'residency-router' })).file,
    BAILIWICK_NEIGHBOURS: JSON.stringify(neighbours),
  };
}
