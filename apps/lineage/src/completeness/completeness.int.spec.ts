import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DecisionFact,
  EVENT_TYPES,
  BorderCrossing,
  InferenceRequest,
  InferenceResult,
  RecordClassified,
  topicNames,
  type EventType,
  type Fact,
} from '@bailiwick/contracts';
import { CellSpec, eventId } from '@bailiwick/domain';
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
  SILENT,
  loadConfig,
  metrics,
  migrate,
  openDatabase,
} from '@bailiwick/platform';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { answeredWay } from '../facts.test-kit.js';
import { LogLedger } from '../log/log-ledger.js';
import { FactLedger } from '../record/fact-ledger.js';
import { factStage } from '../record/fact.stage.js';
import { MIGRATIONS } from '../schema.js';
import { ViolationLedger } from '../violations/violation-ledger.js';
import { Completeness } from './completeness.js';
import { OpenRecords } from './open-records.js';

const CELL_FILE = new URL('../../../../infra/jurisdictions/eu-central.yaml', import.meta.url);
const CELL = CellSpec.parse(parse(readFileSync(CELL_FILE, 'utf8')));
const NAMES = topicNames('eu');
const NOW = Date.now();

let cell: TestCell;
let books: Completeness;
let progress: TopicProgress;
const running: (() => Promise<void>)[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const mesh = await TestMesh.start([CELL]);
  closing.push(() => mesh.stop());
  cell = mesh.cells[0] as TestCell;
  const database = openDatabase(
    loadConfig(BaseConfig.extend(DatabaseConfig.shape), await cell.environment('lineage')),
  );
  closing.push(() => database.end());
  await migrate(database, 'lineage', MIGRATIONS);
  const log = new LogLedger(database, 'eu-central.bailiwick.local/log');
  await log.open();
  await run('lineage', factStage(CELL, new FactLedger(database, log), 100));
  progress = new TopicProgress(await cell.cluster('lineage'));
  books = new Completeness({
    cell: CELL,
    log,
    records: new OpenRecords(database),
    progress,
    violations: new ViolationLedger(database),
    // This spec is about one cell; the other is another's.
    neighbours: { arrivals: () => Promise.resolve(null) },
    everyMs: 3_600_000,
    logger: SILENT,
  });
});
afterAll(async () => {
  await Promise.all([books.stop(), ...running.map((stop) => stop())]);
  await progress.close();
  for (const close of closing.toReversed()) await close();
});

async function run<T>(workload: string, definition: StageDefinition<T>): Promise<void> {
  const cluster = await cell.cluster(workload);
  const parts = { cluster, cell: CELL, logger: SILENT, seal: null, onFatal: () => undefined };
  const runner = new StageRunner(parts, definition);
  await runner.start();
  running.push(() => runner.stop());
  await runner.ready();
}

/** A service that settles what it is given, hands nothing on and says nothing. */
const dropping = <T>(
  workload: string,
  name: string,
  topics: readonly string[],
  type: EventType<T>,
): Promise<void> =>
  run(workload, { name, topics, type, concurrency: 8, stage: () => Promise.resolve([settle(null)]) });

const idOf = (name: string): string => eventId('atlas', 'books', name);

/** The first facts of a record's way, and then others. */
function way(name: string, steps: number, ...others: readonly Partial<Fact>[]): readonly Fact[] {
  const [first, ...rest] = answeredWay(idOf(name));
  if (!first) throw new Error('a way has a beginning');
  const further = others.map((other, index) => ({
    ...first,
    factId: `${first.eventId}/${other.kind}/${index}`,
    ...other,
  }));
  return [first, ...rest].slice(0, steps).concat(further);
}
function attributesOf(name: string): RecordAttributes {
  const [{ tenant, purpose, object, subject }] = answeredWay(idOf(name)) as [Fact];
  return { eventId: idOf(name), tenant, purpose, object, subject };
}
const decided = (decision: Partial<DecisionFact>): Partial<Fact> => ({
  kind: 'decided',
  service: 'residency-router',
  decision: DecisionFact.fromPartial(decision),
});

const FACTS: EventType<RecordAttributes & { readonly facts: readonly Fact[] }> = {
  ...EVENT_TYPES.facts,
  encode: ({ facts }) => EVENT_TYPES.facts.encode({ facts: [...facts] }),
  decode: () => expect.fail('nobody reads them here'),
};
async function recorded(...ways: readonly (readonly Fact[])[]): Promise<void> {
  for (const facts of ways) {
    const [first] = facts;
    if (first) await write('classifier', NAMES.fact, FACTS, { ...first, facts });
  }
}

/** Writes one value, and waits until readers see it: the marker of a transaction comes a moment after its commit. */
async function write<T extends RecordAttributes>(
  workload: string,
  topic: string,
  type: EventType<T>,
  value: T,
): Promise<void> {
  const end = async (): Promise<bigint> =>
    [...(await progress.ends([topic])).values()].flat().reduce((sum, partition) => sum + partition.end, 0n);
  const before = await end();
  await cell.write(workload, topic, type, value);
  await expect.poll(end, { timeout: 20_000, interval: 20 }).toBeGreaterThan(before);
}

/** What so many sweeps find lost. */
async function swept(sweeps: number): Promise<readonly string[]> {
  const lost: string[] = [];
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (const { last } of await books.sweep()) lost.push(`${last.eventId} ${last.kind}`);
  return lost.toSorted();
}
const lost = (...steps: readonly (readonly [string, string])[]): readonly string[] =>
  steps.map(([name, kind]) => `${idOf(name)} ${kind}`).toSorted();

/** Violations of this kind by the metric that pages. */
async function counted(): Promise<number> {
  const line = /^bailiwick_violations_total\{code="record-unaccounted"\} (\d+)$/m.exec(
    await metrics.metrics(),
  );
  return Number(line?.[1]);
}

test('promise 3: a record that went no further is told of once, by the second sweep that finds it so', async () => {
  const again = { kind: 'received', service: 'ingest', factId: `${idOf('again')}/ingest/received/again` };
  const duplicate = { kind: 'duplicate', service: 'classifier' };
  await recorded(
    way('lost', 2),
    way('ended', 5),
    way('released', 2, { kind: 'held' }, { kind: 'released' }),
    way('held', 2, { kind: 'held' }),
    way(
      'again',
      2,
      decided({ outcome: 'allow', pool: 'us-shared' }),
      { kind: 'relayed', reason: 'to us-east' },
      again,
      duplicate,
    ),
  );
  expect(await swept(1)).toEqual([]);
  const before = await counted();
  expect(await swept(1)).toEqual(lost(['lost', 'classified'], ['released', 'released']));
  expect((await counted()) - before).toBe(2);
  expect(await swept(2)).toEqual([]);
});

test('promise 3: what waits for room, for its CRM or at the border is looked for there, for as long as it waits', async () => {
  const abroad = decided({ outcome: 'allow', pool: 'us-shared' });
  await recorded(
    way('in line', 2, decided({ outcome: 'hold', reasons: ['no-capacity'] })),
    way('postponed', 4, { kind: 'postponed', service: 'writeback' }),
    way('to the border', 2, abroad),
    way('at the border now', 2, { ...abroad, at: new Date(NOW) }),
    way('away', 2, abroad, { kind: 'relayed', reason: 'to us-east', service: 'residency-router' }),
  );
  const attributes = attributesOf('in line');
  const waiting = NAMES.waiting('eu-shared');
  await write('residency-router', waiting, EVENT_TYPES.classified, RecordClassified.fromPartial(attributes));
  await write('writeback', NAMES.postponed, EVENT_TYPES.result, InferenceResult.fromPartial(attributes));
  await write(
    'residency-router',
    NAMES.border('us'),
    EVENT_TYPES.border,
    BorderCrossing.fromPartial(attributes),
  );
  expect(await swept(3)).toEqual([]);

  await dropping(
    'residency-router',
    'waiting',
    CELL.pools.map(({ id }) => NAMES.waiting(id)),
    EVENT_TYPES.classified,
  );
  await dropping('writeback', 'write-back-postponed', [NAMES.postponed], EVENT_TYPES.result);
  await dropping('residency-router', 'checkpoint.us-east', [NAMES.border('us')], EVENT_TYPES.border);
  const found: string[] = [];
  const all = lost(['in line', 'decided'], ['postponed', 'postponed'], ['to the border', 'decided']);
  await vi.waitFor(
    async () => {
      found.push(...(await swept(1)));
      expect(found.toSorted()).toEqual(all);
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(await swept(2)).toEqual([]);
});

test('promise 3: nothing is said while a service has not come so far', async () => {
  await recorded(way('unread', 2));
  const attributes = attributesOf('unread');
  await write(
    'classifier',
    NAMES.classified,
    EVENT_TYPES.classified,
    RecordClassified.fromPartial(attributes),
  );
  const waiting = books.sweep();
  expect(await Promise.race([waiting, sleep(1500, 'waits')])).toBe('waits');
  await dropping('residency-router', 'route', [NAMES.classified], EVENT_TYPES.classified);
  expect(await waiting).toEqual([]);
  expect(await swept(1)).toEqual(lost(['unread', 'classified']));
});

test('promise 3: a pool that is down holds nothing up: what waits for it is there, and what was lost beside it is told of', async () => {
  await recorded(
    way('for a pool that is down', 2, decided({ outcome: 'allow', pool: 'eu-shared' })),
    way('lost beside it', 2),
  );
  const attributes = attributesOf('for a pool that is down');
  const request = InferenceRequest.fromPartial(attributes);
  await write('residency-router', NAMES.request('eu-shared'), EVENT_TYPES.request, request);
  expect(await swept(2)).toEqual(lost(['lost beside it', 'classified']));
});
