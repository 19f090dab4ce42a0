import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTROL_REGION, EVENT_TYPES, Fact, LogEntry, RecordClassified } from '@bailiwick/contracts';
import { eventId } from '@bailiwick/domain';
import { TopicProgress } from '@bailiwick/kafka';
import { SILENT, inTransaction, loadConfig, openDatabase, runService } from '@bailiwick/platform';
import {
  EMPTY_EDGE,
  addCosignatures,
  edgeFrontier,
  formatAddCheckpoint,
  leafHash,
  openCheckpoint,
  proveConsistency,
  proveInclusion,
  readBundle,
  signCheckpoint,
  verifyInclusion,
  writeTiles,
  type Checkpoint,
} from '@bailiwick/tlog';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LineageConfig } from '../config.js';
import { Completeness } from '../completeness/completeness.js';
import { OpenRecords } from '../completeness/open-records.js';
import { answeredWay } from '../facts.test-kit.js';
import { CELL, LineageKit, NAMES, ORIGIN, OTHER_ORIGIN, WITNESS } from '../lineage.test-kit.js';
import { lineage } from '../lineage.js';
import { OpenLineageEmitter } from '../openlineage/open-lineage-emitter.js';
import { OpenLineageStore } from '../openlineage/open-lineage-store.js';
import { runEvents, type RunEvent } from '../openlineage/run-events.js';
import { RecordStore } from '../read/record-store.js';
import { summaryOf } from '../record/summary.js';
import { ScopedReads } from '../scope/scoped-reads.js';
import { ViolationLedger } from '../violations/violation-ledger.js';
import { LogLedger } from './log-ledger.js';

let kit: LineageKit;
let database: Pool;
beforeAll(async () => {
  kit = await LineageKit.start();
  database = openDatabase(loadConfig(LineageConfig, kit.env));
  kit.atEnd(() => database.end());
});
afterAll(() => kit?.stop());

const url = (path: string): string => `${kit.service.url}/v1/log/${path}`;
const read = (path: string): Promise<Uint8Array | null> => kit.logFile(path);
const checkpoint = (): Promise<Checkpoint> => kit.checkpoint();
const grownTo = (size: number): Promise<Checkpoint> => kit.grownTo(size);
/** The facts of the log from an index on. */
async function factsFrom(start: number, size: number): Promise<readonly Fact[]> {
  const entries = (await readBundle(read, size, 0)).slice(start);
  return entries.map((entry) => {
    const { content } = LogEntry.decode(entry);
    if (content?.$case !== 'fact') throw new Error('an entry of another kind');
    return Fact.decode(content.value);
  });
}

describe('the transparency log', () => {
  test('promise 5: holds every fact once, as it was recorded, under a signed checkpoint', async () => {
    const { size: before } = await checkpoint();
    const way = answeredWay(eventId('atlas', 'log', 'once'));
    await kit.facts(way);
    await kit.facts(way);
    const marker = answeredWay(eventId('atlas', 'log', 'marker'));
    await kit.facts(marker);
    const head = await grownTo(before + way.length + marker.length);
    expect(head.size).toBe(before + way.length + marker.length);
    const logged = await factsFrom(before, head.size);
    expect(logged.map(({ factId }) => factId).toSorted()).toEqual(
      [...way, ...marker].map(({ factId }) => factId).toSorted(),
    );
    const history = await kit.get(`/v1/records/${eventId('atlas', 'log', 'once')}`);
    expect(history.body.steps).toHaveLength(way.length);
  });

  test('proves that an entry is in it', async () => {
    const head = await checkpoint();
    const entries = await readBundle(read, head.size, 0);
    for (const [index, entry] of entries.entries()) {
      const proof = await proveInclusion(read, head.size, index);
      expect(verifyInclusion(leafHash(entry), index, head, proof)).toMatchObject({ ok: true });
    }
  });

  test('its files may be kept by anybody for ever, and what it does not have is a problem with status 404', async () => {
    const head = await checkpoint();
    const tile = await fetch(url(`tile/0/000.p/${head.size}`));
    expect(tile.headers.get('cache-control')).toContain('immutable');
    expect((await tile.arrayBuffer()).byteLength).toBe(32 * head.size);
    for (const path of ['tile/0/001', 'tile/0/0', 'tile/entries/..%2f..%2fcheckpoint', 'tile/0/000.p/255'])
      expect((await fetch(url(path))).status).toBe(404);
  });

  test('its entries, which are of all tenants, are for who may read every tenant', async () => {
    const { size } = await checkpoint();
    const bundle = `tile/entries/000.p/${size}`;
    expect((await fetch(url(bundle))).status).toBe(404);
    expect((await kit.ask(`/v1/log/${bundle}`)).status).toBe(200);
    expect(await kit.ask('/v1/log/tile/entries/..%2f..%2fcheckpoint')).toMatchObject({ status: 404 });
  });

  test('a fact is in the database and in the log, or in neither', async () => {
    const ledger = new LogLedger(database, ORIGIN);
    const before = await ledger.head();
    const [fact] = answeredWay(eventId('atlas', 'log', 'undone'));
    const undone = inTransaction(database, async (client) => {
      await ledger.append(client, [fact as Fact]);
      throw new Error('the process dies here');
    });
    await expect(undone).rejects.toThrow();
    expect(await ledger.head()).toEqual(before);
  });

  test('F5 holds every credential that the control-plane minted, once however often it is told, and proves it', async () => {
    const { size: before } = await checkpoint();
    const controlPlane = { region: CONTROL_REGION, workload: 'control-plane' };
    const mint = {
      form: 'lease',
      event: eventId('atlas', 'log', 'once'),
      connection: 'sample-crm',
      client: 'spiffe://bailiwick.local/eu-central/writeback',
      token: 'token_1',
      seconds: 300,
    };
    const at = new Date('2026-11-01T10:00:00Z');
    const told = { id: 'lease_1', tenant: 'atlas', purpose: 'case-triage', object: 'Case', at, mint };
    const minted = { ...told, eventId: told.id };
    await kit.produce(NAMES.minted, EVENT_TYPES.minted, [minted, minted], controlPlane);
    await kit.produce(NAMES.minted, EVENT_TYPES.minted, [minted], controlPlane);
    const marker = { ...minted, id: 'lease_2', eventId: 'lease_2' };
    await kit.produce(NAMES.minted, EVENT_TYPES.minted, [marker], controlPlane);
    const { size } = await grownTo(before + 2);
    expect(size).toBe(before + 2);
    const [fact] = await factsFrom(before, size);
    expect(fact).toMatchObject({ eventId: 'lease_1', kind: 'minted', service: 'control-plane', at, mint });
    const evidence = await kit.get('/v1/records/lease_1/evidence');
    expect(evidence).toMatchObject({ status: 200, body: { entries: [{ index: before }] } });
    // It is no record, and moves none.
    expect(await kit.get('/v1/records/lease_1')).toMatchObject({ status: 404 });
    const nobodyElse = kit.produce(NAMES.minted, EVENT_TYPES.minted, [minted]);
    await expect(nobodyElse).rejects.toThrow(/not authorized/i);
  });

  test('a fact that is longer than an entry is entered by its digest, and kept', async () => {
    const { size: before } = await checkpoint();
    const id = eventId('atlas', 'log', 'long');
    const [fact] = answeredWay(id);
    const fields = Array.from({ length: 3000 }, (_, n) => ({
      name: `Field_${n}__c`,
      category: 'free-text',
      sensitivity: 'Confidential',
      action: 'drop',
      location: '',
      basis: 'catalog',
      entities: {},
    }));
    await kit.facts([{ ...(fact as Fact), fields }]);
    const head = await grownTo(before + 1);
    const [entry] = (await readBundle(read, head.size, 0)).slice(before);
    expect(LogEntry.decode(entry ?? new Uint8Array()).content).toMatchObject({
      $case: 'longFact',
      value: { eventId: id, tenant: 'atlas' },
    });
    expect((await kit.get(`/v1/records/${id}`)).body.fields).toHaveLength(3000);
  });
});

/** A log of entries that the other cell could have, in memory. */
class OtherLog {
  readonly #files = new Map<string, Uint8Array>();
  readonly note: string;
  readonly size: number;

  constructor(entries: readonly string[], origin = OTHER_ORIGIN) {
    const { files, edge } = writeTiles(
      EMPTY_EDGE,
      entries.map((entry) => Buffer.from(entry)),
    );
    for (const [path, bytes] of files) this.#files.set(path, bytes);
    this.size = edge.size;
    const root = edgeFrontier(edge).root();
    this.note = signCheckpoint({ origin, size: edge.size, root }, [kit.keys.otherLog]);
  }

  async ask(oldSize: number): Promise<{ status: number; type: string; body: string }> {
    const read = (path: string): Promise<Uint8Array | null> => Promise.resolve(this.#files.get(path) ?? null);
    const proof = oldSize <= this.size ? await proveConsistency(read, oldSize, this.size) : [];
    return post(formatAddCheckpoint({ oldSize, proof, note: this.note }));
  }
}

async function post(body: string): Promise<{ status: number; type: string; body: string }> {
  const response = await fetch(`${kit.service.url}/v1/witness/add-checkpoint`, { method: 'POST', body });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: await response.text(),
  };
}

async function forks(): Promise<readonly unknown[]> {
  const { body } = await kit.get('/v1/violations?limit=100');
  return (body.violations ?? []).filter((violation) => (violation as { code: string }).code === 'log-forked');
}

describe('promise 5: a cell is the witness of the others', () => {
  test('it cosigns what continues what it saw, with its time', async () => {
    const [two, three] = [new OtherLog(['a', 'b']), new OtherLog(['a', 'b', 'c'])];
    expect((await two.ask(0)).status).toBe(200);
    const { status, body } = await three.ask(2);
    expect(status).toBe(200);
    const cosigned = addCosignatures(three.note, body, [kit.keys.witness.verifier]);
    if (!cosigned.ok) throw new Error(cosigned.reason);
    const opened = openCheckpoint(cosigned.value, OTHER_ORIGIN, [
      kit.keys.otherLog.verifier,
      kit.keys.witness.verifier,
    ]);
    const signatures = opened.ok ? opened.value.note.signatures : [];
    const time = signatures.find(({ name }) => name === WITNESS)?.time;
    expect(Math.abs((time ?? 0) - Date.now() / 1000)).toBeLessThan(30);
  });

  test('who began elsewhere is told the size that was cosigned last', async () => {
    expect(await new OtherLog(['a', 'b', 'c', 'd']).ask(1)).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '3\n',
    });
    expect(await forks()).toEqual([]);
  });

  test('a log that forks, or takes back what it published, gets no cosignature and is a violation here', async () => {
    expect((await new OtherLog(['a', 'b', 'x']).ask(3)).status).toBe(422);
    expect((await new OtherLog(['a', 'x', 'c', 'd']).ask(3)).status).toBe(422);
    expect((await new OtherLog(['a', 'b']).ask(2)).status).toBe(409);
    const found = await forks();
    expect(found.length).toBe(3);
    expect(JSON.stringify(found)).toContain(`The log ${OTHER_ORIGIN} was not cosigned: `);
    expect(JSON.stringify(found)).toContain('The log states fewer entries than it stated before.');
  });

  test('nobody else gets one: another origin, another key, or no request at all', async () => {
    expect((await new OtherLog(['a'], 'elsewhere.example/log').ask(0)).status).toBe(404);
    const three = new OtherLog(['a', 'b', 'c']);
    const stolen = three.note.replace(/ [^ ]+\n$/, (signature) => signature.replace(/.{8}\n$/, 'AAAAAAA=\n'));
    expect((await post(formatAddCheckpoint({ oldSize: 3, proof: [], note: stolen }))).status).not.toBe(200);
    for (const body of ['', 'old 1', '{}']) expect((await post(body)).status).toBe(400);
  });

  test('a log is published though its witness is away', async () => {
    expect((await fetch(`${kit.service.url}/v1/log/checkpoint`)).status).toBe(200);
  });
});

describe('promise 3: nothing unrecorded', () => {
  test('a record that went no further is a violation, and one whose next service has not come so far is none', async () => {
    const progress = new TopicProgress(await kit.broker.cluster('lineage'));
    kit.atEnd(() => progress.close());
    const books = new Completeness({
      cell: CELL,
      log: new LogLedger(database, ORIGIN),
      records: new OpenRecords(database),
      progress,
      violations: new ViolationLedger(database),
      neighbours: { arrivals: () => Promise.resolve(null) },
      everyMs: 3_600_000,
      logger: SILENT,
    });
    // What one sweep has found the next one tells, so that what the tests before left is told of now.
    for (let sweep = 0; sweep < 2; sweep++) await books.sweep();
    const { size } = await checkpoint();
    const [lost, ended] = [eventId('atlas', 'books', 'lost'), eventId('atlas', 'books', 'ended')];
    await kit.facts([...answeredWay(lost).slice(0, 2), ...answeredWay(ended)]);
    await grownTo(size + 7);
    expect(await books.sweep()).toEqual([]);
    const found = await books.sweep();
    expect(found.map(({ last }) => [last.eventId, last.kind])).toEqual([[lost, 'classified']]);
    expect(await books.sweep()).toEqual([]);
    const { body } = await kit.get('/v1/violations?limit=100');
    expect(body.violations).toContainEqual(
      expect.objectContaining({ eventId: lost, tenant: 'atlas', code: 'record-unaccounted' }),
    );
    const answer = await kit.ask('/v1/completeness');
    expect(answer.status).toBe(200);
    const { tenants } = JSON.parse(answer.text) as { tenants: Record<string, number>[] };
    const { received, answered, held, denied, deadLettered, inFlight } = tenants[0] ?? {};
    expect(received).toBe(
      [answered, held, denied, deadLettered, inFlight].reduce((sum, n) => (sum ?? 0) + (n ?? 0)),
    );

    // What the router has not read yet may still go on.
    await kit.produce(NAMES.classified, EVENT_TYPES.classified, [
      RecordClassified.fromPartial({ eventId: lost }),
      RecordClassified.fromPartial({ eventId: ended }),
    ]);
    const waiting = books.sweep();
    const first = await Promise.race([waiting.catch(() => 'stopped'), sleep(1500, 'waits')]);
    expect(first).toBe('waits');
    await books.stop();
    expect(await waiting.catch(() => 'stopped')).toBe('stopped');
  });
});

describe('OpenLineage', () => {
  test('an endpoint is told of every record at its end, though it was away when that came', async () => {
    const told: RunEvent[] = [];
    let away = true;
    const endpoint = createServer((request, response) => {
      void json(request).then((body) => {
        if (!away) told.push(body as RunEvent);
        response.writeHead(away ? 503 : 201).end();
        away = false;
      });
    });
    await new Promise<void>((listening) => endpoint.listen(0, '127.0.0.1', listening));
    const { size } = await checkpoint();
    const id = eventId('atlas', 'log', 'openlineage');
    await kit.facts(answeredWay(id));
    await grownTo(size + 5);
    const emitter = new OpenLineageEmitter({
      url: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/api/v1/lineage`,
      log: new LogLedger(database, ORIGIN),
      store: new OpenLineageStore(database),
      records: new RecordStore(new ScopedReads(database)),
      everyMs: 200,
      logger: SILENT,
    });
    await emitter.start();
    const [start] = runEvents(summaryOf({ fact: answeredWay(id)[0] as Fact, partition: 0, place: 0n }), []);
    const ofRecord = (): readonly RunEvent[] => told.filter(({ run }) => run.runId === start.run.runId);
    await vi.waitFor(() => expect(ofRecord()).toHaveLength(2), 20_000);
    expect(ofRecord().map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE']);
    await emitter.stop();
    endpoint.close();
    const asked = await kit.ask(`/v1/records/${id}/openlineage`);
    expect(JSON.parse(asked.text)).toEqual(ofRecord());
  });
});

describe('tampering', () => {
  /** Another process of lineage on the same database, with a folder of its own, which it tells what is wrong. */
  async function another(change: Record<string, string> = {}): Promise<string | null> {
    const folder = await mkdtemp('/var/tmp/lineage-log-');
    const env = {
      ...kit.env,
      BAILIWICK_GRPC_PORT: '0',
      BAILIWICK_API_PORT: '0',
      BAILIWICK_LOG_DIR: folder,
      ...change,
    };
    try {
      const service = await runService(lineage(env));
      try {
        return await vi.waitFor(
          async () => {
            const { checks } = (await (await fetch(`${service.url}/health/ready`)).json()) as {
              checks: Record<string, string>;
            };
            expect(checks['log']).not.toBe('the log is not published yet');
            return checks['log'] ?? null;
          },
          { timeout: 10_000, interval: 50 },
        );
      } finally {
        await service.stop();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('files that are lost are made anew from the database, the same ones', async () => {
    expect(await another()).toBe('ok');
  });

  test('an entry that was changed in the database is noticed when the files are made', async () => {
    const second = (await new LogLedger(database, ORIGIN).keptEdge()).size + 1;
    await database.query(
      `UPDATE lineage.fact SET entry = set_byte(entry, length(entry) - 1, 255 - get_byte(entry, length(entry) - 1))
       WHERE log_index = $1`,
      [second],
    );
    expect(await another()).toBe('entries in the database are not those that were logged');
    await database.query('DELETE FROM lineage.fact WHERE log_index = $1', [second]);
    expect(await another()).toBe(`entry ${second} of the log is not in the database any more`);
  });

  test('a database that was put back to an earlier state does not go on: what was published stands', async () => {
    await database.query(`UPDATE lineage.log SET frontier = $1 WHERE origin = $2`, [Buffer.alloc(8), ORIGIN]);
    await expect(another({ BAILIWICK_LOG_DIR: kit.env['BAILIWICK_LOG_DIR'] ?? '' })).rejects.toMatchObject({
      code: 'log-broken',
    });
  });
});
