import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCanaries } from '@bailiwick/canary';
import { EVENT_TYPES, topicNames } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { counter, metrics } from '@bailiwick/platform';
import { DATABASE, ManagedProcess, Ports, findJaeger, jaegerProcess } from '@bailiwick/stack';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StackCell } from '../stack/stack-file.js';
import { lookFor, type Planted, type Searched } from './place.js';
import { raiseViolations } from './raise-violation.js';
import { searchFolder } from './search-folders.js';
import { searchMetrics, searchTraces } from './search-http.js';
import { searchTables } from './search-tables.js';
import { searchTopics } from './search-topics.js';

const CELL = CellSpec.parse({
  region: 'us-east',
  jurisdiction: 'us',
  partitions: 2,
  lanes: 1,
  pools: [],
  borders: [],
});
const NAMES = topicNames('us');
const REGION = CELL.region;
const canaries = makeCanaries();
const look = lookFor(canaries);
const since = Date.now() - 1000;
const planted: Planted = { region: 'eu-central', tenant: 'nordlicht', eventId: 'evt_1', canaries, since };
const leaks = (searched: readonly Searched[]): readonly (readonly [string, readonly string[]])[] =>
  searched.filter(({ found }) => found.length > 0).map(({ name, found }) => [name, found]);

let mesh: TestMesh;
let cell: TestCell;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canary-'));
  mesh = await TestMesh.start([CELL]);
  const [first] = mesh.cells;
  if (!first) throw new Error('there is no cell');
  cell = first;
});
afterAll(async () => {
  await mesh?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A leak on purpose, in each kind of place; and the same place before it. */
describe('a canary is found where it must not be', () => {
  it('in a topic: key, header or value, of what was written since', async () => {
    const auditor = await cell.cluster('auditor');
    expect(leaks(await searchTopics(auditor, look, since))).toEqual([]);
    const producer = (await cell.cluster('ingest')).producers.producer();
    await producer.connect();
    await producer.send({
      topic: NAMES.record,
      messages: [
        { key: canaries.note, value: 'x' },
        { key: 'k', value: Buffer.from(`{"to":"${canaries.email}"}`), headers: { note: canaries.name } },
      ],
    });
    await producer.disconnect();
    expect(
      leaks(await searchTopics(auditor, look, since)).map(([name, found]) => [name, found.toSorted()]),
    ).toEqual([[NAMES.record, ['email', 'name', 'note']]]);
    expect(leaks(await searchTopics(auditor, look, Date.now() + 1000))).toEqual([]);
  });

  it('in a table: as text, in JSON and in bytes', async () => {
    const files = async (role: string): Promise<string> => {
      const env = await cell.environment(role);
      const tls = `sslmode=verify-full&sslcert=${env['BAILIWICK_TLS_CERT']}&sslkey=${env['BAILIWICK_TLS_KEY']}&sslrootcert=${env['BAILIWICK_TLS_CA']}`;
      return `postgresql://${role}@127.0.0.1:${env['BAILIWICK_DATABASE_PORT']}/${DATABASE}?${tls}`;
    };
    const owner = new pg.Client({ connectionString: await files('lineage') });
    await owner.connect();
    await owner.query(`CREATE TABLE lineage.clean (note text); INSERT INTO lineage.clean VALUES ('nothing here');
      CREATE TABLE lineage.leaky (id int, body jsonb, raw bytea)`);
    const auditor = await files('auditor');
    const before = await searchTables(auditor, REGION, planted);
    expect(before.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['lineage.clean', 'lineage.leaky']),
    );
    expect(leaks(before)).toEqual([]);
    await owner.query('INSERT INTO lineage.leaky VALUES (1, $1, $2)', [
      JSON.stringify({ deep: { name: `Dear ${canaries.name}` } }),
      Buffer.from(`…${canaries.phone}…`),
    ]);
    await owner.end();
    expect(leaks(await searchTables(auditor, REGION, planted))).toEqual([
      ['lineage.leaky', ['name', 'phone']],
    ]);
  });

  it.each(['log', 'file'] as const)('in a %s', async (kind) => {
    const place = join(folder, kind);
    await mkdir(join(place, 'deep'), { recursive: true });
    await writeFile(join(place, 'clean'), 'nothing here');
    const before = await searchFolder(kind, REGION, place, canaries, since);
    expect(before).toMatchObject([{ kind, region: REGION, name: kind, bytes: 12, found: [] }]);
    const leaky = join(place, 'deep', 'leaky');
    await writeFile(leaky, `{"detail":"${Buffer.from(`to ${canaries.email}!`).toString('base64')}"}`);
    expect(leaks(await searchFolder(kind, REGION, place, canaries, since))).toEqual([[leaky, ['email']]]);
  });

  it('in a metric', async () => {
    const server: Server = createServer((_request, response) => {
      void metrics.metrics().then((text) => response.end(text));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const services = { ingest: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const subjects = counter('bailiwick_leaky_total', 'of this spec', ['subject']);
    expect(leaks(await searchMetrics(services, REGION, look))).toEqual([]);
    subjects.inc({ subject: canaries.note });
    expect(leaks(await searchMetrics(services, REGION, look))).toEqual([['ingest', ['note']]]);
    server.close();
  });

  const jaeger = findJaeger();
  it.skipIf(jaeger.kind !== 'binary')('in a trace, where this machine has a Jaeger', async () => {
    const ports = new Ports();
    const [query, queryGrpc, otlpHttp, otlpGrpc] = await Promise.all(
      ['query', 'query-grpc', 'otlp', 'otlp-grpc'].map((name) => ports.claim(name, 0)),
    );
    const at = {
      query: query ?? 0,
      queryGrpc: queryGrpc ?? 0,
      otlpHttp: otlpHttp ?? 0,
      otlpGrpc: otlpGrpc ?? 0,
    };
    const file = jaeger.kind === 'binary' ? jaeger.file : '';
    const process = new ManagedProcess(
      await jaegerProcess(file, at, join(folder, 'jaeger.yaml'), join(folder, 'jaeger.log')),
    );
    await process.start();
    try {
      const send = (service: string, value: string): Promise<Response> =>
        fetch(`http://127.0.0.1:${at.otlpHttp}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            resourceSpans: [
              {
                resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
                scopeSpans: [
                  {
                    spans: [
                      {
                        traceId: randomBytes(16).toString('hex'),
                        spanId: randomBytes(8).toString('hex'),
                        name: 'process',
                        kind: 1,
                        startTimeUnixNano: `${Date.now()}000000`,
                        endTimeUnixNano: `${Date.now()}000000`,
                        attributes: [{ key: 'note', value: { stringValue: value } }],
                      },
                    ],
                  },
                ],
              },
            ],
          }),
        });
      expect((await send('clean', 'nothing here')).status).toBe(200);
      expect((await send('leaky', `${canaries.name} wrote`)).status).toBe(200);
      const url = `http://127.0.0.1:${at.query}`;
      let searched = await searchTraces(url, REGION, look, since);
      for (let tries = 0; tries < 50 && searched.length < 2; tries++) {
        await sleep(100);
        searched = await searchTraces(url, REGION, look, since);
      }
      expect(searched.map(({ name }) => name).toSorted()).toEqual(['clean', 'leaky']);
      expect(leaks(searched)).toEqual([['leaky', ['name']]]);
    } finally {
      await process.discard();
    }
  });
});

it('what is found is raised on the topic of violations of the cell, and says where without saying what', async () => {
  const files = async (workload: string): Promise<StackCell['kafka']['operator']> => {
    const env = await cell.environment(workload);
    return {
      certificate: env['BAILIWICK_TLS_CERT'] ?? '',
      key: env['BAILIWICK_TLS_KEY'] ?? '',
      authority: env['BAILIWICK_TLS_CA'] ?? '',
    };
  };
  const of = {
    region: REGION,
    jurisdiction: 'us',
    kafka: { brokers: [cell.broker], auditor: await files('auditor'), operator: await files('operator') },
  } as unknown as StackCell;
  const leak: Searched = { kind: 'topic', region: REGION, name: NAMES.record, bytes: 9, found: ['email'] };
  await raiseViolations(of, planted, [leak]);
  expect(await cell.read(NAMES.violation, EVENT_TYPES.violation)).toMatchObject([
    {
      violationId: `canary/evt_1/topic/${NAMES.record}`,
      code: 'canary-found',
      region: REGION,
      tenant: 'nordlicht',
      detail: `topic ${NAMES.record} holds email of a canary of eu-central`,
    },
  ]);
});
