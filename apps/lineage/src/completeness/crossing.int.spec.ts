import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BorderCrossing,
  CrossingServiceClient,
  CrossingServiceService,
  EVENT_TYPES,
  topicNames,
  type CountArrivalsResponse,
  type EventType,
  type Fact,
} from '@bailiwick/contracts';
import { CellSpec, eventId } from '@bailiwick/domain';
import { GrpcServer, answerOf, createClient, type TlsIdentity } from '@bailiwick/grpc';
import {
  StageRunner,
  TopicProgress,
  settle,
  type RecordAttributes,
  type StageDefinition,
} from '@bailiwick/kafka';
import {
  BaseConfig,
  DatabaseConfig,
  HealthRegistry,
  SILENT,
  loadConfig,
  migrate,
  openDatabase,
  readTls,
} from '@bailiwick/platform';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { answeredWay } from '../facts.test-kit.js';
import { LogLedger } from '../log/log-ledger.js';
import { FactLedger } from '../record/fact-ledger.js';
import { factStage } from '../record/fact.stage.js';
import { MIGRATIONS } from '../schema.js';
import { ViolationLedger } from '../violations/violation-ledger.js';
import { Arrivals } from './arrivals.js';
import { Completeness } from './completeness.js';
import { crossingService } from './crossing.grpc.js';
import { NeighbourBooks } from './neighbour-books.js';
import { OpenRecords } from './open-records.js';

const specOf = (region: string): CellSpec => {
  const file = new URL(`../../../../infra/jurisdictions/${region}.yaml`, import.meta.url);
  return CellSpec.parse(parse(readFileSync(file, 'utf8')));
};
const INBOX = topicNames('us').inbox;
/** Records that the other cell's router loses: it settles them, hands nothing on and says nothing. */
const losing = new Set<string>();

/** Lineage of a cell, as far as books are kept with it. */
interface Kept {
  readonly cell: TestCell;
  readonly database: Pool;
  readonly log: LogLedger;
  readonly progress: TopicProgress;
  readonly tls: TlsIdentity;
}

let here: Kept;
let there: Kept;
let server: GrpcServer;
let neighbours: NeighbourBooks;
let books: Completeness;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const mesh = await TestMesh.start([specOf('eu-central'), specOf('us-east')]);
  closing.push(() => mesh.stop());
  [here, there] = (await Promise.all(mesh.cells.map(kept))) as [Kept, Kept];
  await run(there.cell, 'residency-router', {
    name: 'inbox',
    topics: [INBOX],
    type: EVENT_TYPES.border,
    concurrency: 8,
    stage: ({ eventId: event }) =>
      Promise.resolve([settle(losing.has(event) ? null : { kind: 'relayed', reason: 'from eu-central' })]),
  });
  await serve(0);
  neighbours = new NeighbourBooks([{ region: 'us-east', grpc: server.address }], here.tls, SILENT);
  books = new Completeness({
    cell: here.cell.spec,
    log: here.log,
    records: new OpenRecords(here.database),
    progress: here.progress,
    violations: new ViolationLedger(here.database),
    neighbours,
    everyMs: 3_600_000,
    logger: SILENT,
  });
});
afterAll(async () => {
  await books?.stop();
  neighbours?.close();
  await server?.stop();
  for (const close of closing.toReversed()) await close();
});

async function kept(cell: TestCell): Promise<Kept> {
  const config = loadConfig(BaseConfig.extend(DatabaseConfig.shape), await cell.environment('lineage'));
  const database = openDatabase(config);
  closing.push(() => database.end());
  await migrate(database, 'lineage', MIGRATIONS);
  const log = new LogLedger(database, `${cell.spec.region}.bailiwick.local/log`);
  await log.open();
  await run(cell, 'lineage', factStage(cell.spec, new FactLedger(database, log), 100));
  const progress = new TopicProgress(await cell.cluster('lineage'));
  closing.push(() => progress.close());
  return { cell, database, log, progress, tls: readTls(config) };
}

async function run<T>(cell: TestCell, workload: string, definition: StageDefinition<T>): Promise<void> {
  const cluster = await cell.cluster(workload);
  const parts = { cluster, cell: cell.spec, logger: SILENT, seal: null, onFatal: () => undefined };
  const runner = new StageRunner(parts, definition);
  await runner.start();
  closing.push(() => runner.stop());
  await runner.ready();
}

async function serve(port: number): Promise<void> {
  const { cell, progress, database, tls } = there;
  const arrivals = new Arrivals(cell.spec, progress, database);
  server = new GrpcServer({ host: '127.0.0.1', port, tls, health: new HealthRegistry() });
  server.add(CrossingServiceService, crossingService(arrivals, ['eu-central'], SILENT));
  await server.start();
}

const idOf = (name: string): string => eventId('atlas', 'crossing', name);

const FACTS: EventType<RecordAttributes & { readonly facts: readonly Fact[] }> = {
  ...EVENT_TYPES.facts,
  encode: ({ facts }) => EVENT_TYPES.facts.encode({ facts: [...facts] }),
  decode: () => expect.fail('nobody reads them here'),
};

/** A record of this cell that was sent over the border so many times, and as many messages in the inbox there as came of that. */
async function sent(name: string, times: number, messages: number): Promise<void> {
  const [received, classified] = answeredWay(idOf(name)) as [Fact, Fact];
  const relayed = Array.from({ length: times }, (_, time) => ({
    ...received,
    factId: `${received.eventId}/residency-router/relayed/${time}`,
    kind: 'relayed',
    service: 'residency-router',
    reason: 'to us-east',
    at: new Date(),
  }));
  const crossing = BorderCrossing.fromPartial({ ...received, fromRegion: 'eu-central', toRegion: 'us-east' });
  for (let message = 0; message < messages; message++)
    await there.cell.write('residency-router', INBOX, EVENT_TYPES.border, crossing);
  await here.cell.write('classifier', topicNames('eu').fact, FACTS, {
    ...received,
    facts: [received, classified, ...relayed],
  });
}

/** What so many sweeps find lost: two have to agree, and the first may come before a marker of what it is to see. */
async function swept(sweeps = 3): Promise<readonly string[]> {
  const lost: string[] = [];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const { last } of await books.sweep()) lost.push(`${last.eventId} ${last.kind}`);
    await sleep(500);
  }
  return lost.toSorted();
}

describe('promise 3: what was sent to another cell', () => {
  test('is known there, or it was lost: told of once, whether it vanished from the inbox or was never in it', async () => {
    losing.add(idOf('settled and not told of'));
    await sent('arrived', 1, 1);
    await sent('settled and not told of', 1, 1);
    await sent('never in the inbox', 1, 0);
    await sent('twice, and came once', 2, 1);
    await sent('twice, and came twice', 2, 2);
    const lost = ['settled and not told of', 'never in the inbox', 'twice, and came once'];
    expect(await swept()).toEqual(lost.map((name) => `${idOf(name)} relayed`).toSorted());
    expect(await swept(2)).toEqual([]);
  });

  test('is not judged while that cell does not answer, and is when it does again', async () => {
    const port = Number(server.address.split(':')[1]);
    await server.stop();
    await sent('sent while nobody answered', 1, 0);
    expect(await swept()).toEqual([]);
    await serve(port);
    await expect
      .poll(() => swept(1), { timeout: 30_000, interval: 200 })
      .toEqual([`${idOf('sent while nobody answered')} relayed`]);
  });

  test('is told to the lineage of that cell and nobody else', async () => {
    const environment = await there.cell.environment('classifier');
    const tls = readTls(loadConfig(BaseConfig, environment));
    const client = createClient(CrossingServiceClient, server.address, tls);
    const asked = answerOf<CountArrivalsResponse>((done) =>
      client.countArrivals({ eventIds: [idOf('arrived')] }, done),
    );
    await expect(asked).rejects.toMatchObject({ code: 'certificate-not-permitted' });
    client.close();
  });

  test('is not said before the inbox is settled', async () => {
    const { cell, database, progress } = here;
    // Nobody settles the inbox of this cell.
    const message = BorderCrossing.fromPartial({ ...answeredWay(idOf('unsettled'))[0] });
    await cell.write('residency-router', topicNames('eu').inbox, EVENT_TYPES.border, message);
    const arrivals = new Arrivals(cell.spec, progress, database, 1500);
    await expect
      .poll(() => arrivals.count([idOf('unsettled')]).catch((thrown: unknown) => thrown), { timeout: 20_000 })
      .toMatchObject({ code: 'books-not-settled' });
  });
});
