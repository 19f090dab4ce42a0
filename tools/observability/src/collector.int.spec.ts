import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { collectorConfig } from './collector.js';
import { findProgram } from './programs.test-kit.js';
import { REPOSITORY, readCells } from './repository.js';

const { file: otelcol = '', why } = findProgram(
  ['otelcol-contrib', 'otelcol'],
  'otelcol-0.140.0',
  'build-collector.sh',
);
const SECRET = 'zora.canary@example.org';
const cells = readCells();

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}
const attributes = (of: Readonly<Record<string, string>>): readonly Attribute[] =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** One span of a trace of its own, as OTLP/JSON. */
const spanOf = (name: string, region: string, of: Readonly<Record<string, string>>): object => ({
  resource: {
    attributes: attributes({
      'service.name': 'ingest',
      'cloud.region': region,
      'host.name': SECRET,
      'process.command_args': SECRET,
    }),
  },
  scopeSpans: [
    {
      scope: { name: 'bailiwick', attributes: attributes({ note: SECRET }) },
      spans: [
        {
          traceId: randomBytes(16).toString('hex'),
          spanId: randomBytes(8).toString('hex'),
          name,
          kind: 1,
          startTimeUnixNano: `${Date.now()}000000`,
          endTimeUnixNano: `${Date.now() + 3}000000`,
          attributes: attributes({
            ...of,
            'bailiwick.event': 'evt_1',
            'messaging.kafka.message.key': SECRET,
            'url.full': SECRET,
          }),
          events: [{ name: 'exception', attributes: attributes({ 'exception.message': SECRET }) }],
          status: { message: SECRET },
        },
      ],
    },
  ],
});

describe.skipIf(otelcol === '')(`the collector of a cell, run${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'collector-'));
  const received: string[] = [];
  let sink: Server;
  let collector: ChildProcess | undefined;
  let endpoint = '';

  it.each(cells)('takes the configuration of $region', ({ region }) => {
    const file = join(REPOSITORY, 'infra', 'otel', `collector.${region}.yaml`);
    const { status, stderr } = spawnSync(otelcol, ['validate', `--config=${file}`], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });

  beforeAll(async () => {
    sink = createServer((request, response) => {
      void text(request).then((body) => {
        received.push(body);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    }).listen(0, '127.0.0.1');
    const free = createServer().listen(0, '127.0.0.1');
    await Promise.all([once(sink, 'listening'), once(free, 'listening')]);
    const { port } = free.address() as AddressInfo;
    free.close();
    endpoint = `http://127.0.0.1:${port}/v1/traces`;
    const [cell] = cells;
    if (!cell) throw new Error('there is no cell');
    const config = collectorConfig(cell);
    // The same, but for what this machine has not: the cell's names and certificates, and half a minute to wait.
    const local = {
      ...config,
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      processors: {
        ...config.processors,
        tail_sampling: {
          ...config.processors.tail_sampling,
          decision_wait: '1s',
          policies: config.processors.tail_sampling.policies.filter(({ name }) => name !== 'share'),
        },
      },
      exporters: {
        otlphttp: {
          endpoint: `http://127.0.0.1:${(sink.address() as AddressInfo).port}`,
          encoding: 'json',
          compression: 'none',
        },
      },
    };
    const file = join(folder, 'collector.yaml');
    writeFileSync(file, stringify(local));
    collector = spawn(otelcol, [`--config=${file}`], { stdio: 'ignore' });
    for (let tries = 0; tries < 100 && collector.exitCode === null; tries++) {
      if (await fetch(endpoint, { method: 'POST' }).catch(() => null)) return;
      await sleep(100);
    }
    throw new Error('the collector does not listen');
  });
  afterAll(async () => {
    collector?.kill('SIGTERM');
    if (collector?.exitCode === null) await once(collector, 'exit');
    sink?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps what was held, dead-lettered or a violation, of its own cell, and drops what is not on the list', async () => {
    const region = cells[0]?.region ?? '';
    const spans = [
      spanOf('ordinary', region, { 'bailiwick.outcome': 'emit' }),
      spanOf('held', region, { 'bailiwick.outcome': 'hold' }),
      spanOf('broken', region, { 'bailiwick.outcome': 'dead-letter' }),
      spanOf('forbidden', region, { 'bailiwick.outcome': 'violation' }),
      spanOf('foreign', 'elsewhere', { 'bailiwick.outcome': 'violation' }),
    ];
    const sent = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: spans }),
    });
    expect(sent.status).toBe(200);
    const all = (): string => received.join('\n');
    for (
      let tries = 0;
      tries < 80 && !['held', 'broken', 'forbidden'].every((name) => all().includes(`"${name}"`));
      tries++
    )
      await sleep(100);
    const names = [...all().matchAll(/"name":"(ordinary|held|broken|forbidden|foreign)"/g)].map(
      ([, name]) => name,
    );
    expect(names.toSorted()).toEqual(['broken', 'forbidden', 'held']);
    expect(all()).toContain('evt_1');
    expect(all()).not.toContain(SECRET);
    const keys = new Set([...all().matchAll(/"key":"([^"]+)"/g)].map(([, key]) => key));
    expect([...keys].toSorted()).toEqual([
      'bailiwick.event',
      'bailiwick.outcome',
      'cloud.region',
      'service.name',
    ]);
  });
});
