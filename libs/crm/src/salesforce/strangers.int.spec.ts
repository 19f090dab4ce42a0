import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CASE_CHANGES,
  CertificateAuthority,
  REPOSITORY,
  SamplePubSub,
  type CertificateFiles,
} from '@bailiwick/stack';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrmChange } from '../crm-source.js';
import { caseSchema } from './change-schema.test-kit.js';
import { PubSub } from './pubsub-client.js';
import { SalesforceRest } from './rest.js';
import { SalesforceSource } from './salesforce-source.js';
import { keptSession } from '../kept-session.js';

/** A Python with grpcio, grpcio-tools and fastavro: `BAILIWICK_PYTHON`, or the one of the machine. */
const PYTHON = process.env['BAILIWICK_PYTHON'] ?? 'python3';
const SCRIPTS = join(import.meta.dirname, 'python');
const PROTO = join(REPOSITORY, 'proto', 'salesforce');
const ORG = '00D000000000001EAA';

function hasPython(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import grpc_tools, grpc, fastavro'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasPython())('Python with grpcio and fastavro, which know nothing of us', () => {
  let folder: string;
  let files: CertificateFiles;
  let ca: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bailiwick-strangers-'));
    files = await (
      await CertificateAuthority.open(join(folder, 'ca'))
    ).issue({
      region: 'outside',
      workload: 'sample-crm',
    });
    ca = await readFile(files.authority, 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('subscribes to the sample CRM, reads its events, and its error code from the trailers', async () => {
    const tls = {
      cert: await readFile(files.certificate, 'utf8'),
      key: await readFile(files.key, 'utf8'),
      ca,
    };
    const crm = new SamplePubSub({
      file: ':memory:',
      port: 0,
      tls,
      orgs: [ORG],
      orgOf: (token) => (token === 'token-1' ? ORG : null),
    });
    await crm.start();
    try {
      const changes = Array.from({ length: 35 }, (_, n) => ({
        recordId: `500${String(n).padStart(12, '0')}`,
        fields: { Subject: `s${n}` },
      }));
      crm.org(ORG).change(changes);
      const { stdout } = await promisify(execFile)(PYTHON, [
        join(SCRIPTS, 'subscriber.py'),
        PROTO,
        folder,
        crm.address,
        files.authority,
        'token-1',
        ORG,
        CASE_CHANGES,
        '35',
      ]);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { value?: { Subject: string }; trailers?: string });
      expect(lines.slice(0, 35).map(({ value }) => value?.Subject)).toEqual(changes.map((_, n) => `s${n}`));
      expect(lines.at(-1)).toEqual({
        trailers: 'sfdc.platform.eventbus.grpc.topic.not.found',
        code: 'NOT_FOUND',
      });
    } finally {
      await crm.stop();
    }
  });

  it('serves a topic that our subscriber follows, a hundred outstanding at most, the position on the first request only', async () => {
    const count = 333;
    const schemaFile = join(folder, 'schema.json');
    await writeFile(schemaFile, caseSchema());
    const args = [
      join(SCRIPTS, 'server.py'),
      PROTO,
      folder,
      files.certificate,
      files.key,
      schemaFile,
      `${count}`,
    ];
    const server = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const pubsub = new PubSub(`127.0.0.1:${port.toString().trim()}`, ca);
    const dispatcher = new Agent();
    const over = new AbortController();
    try {
      const source = new SalesforceSource(
        { topic: CASE_CHANGES, object: 'Case', ownClient: 'bailiwick', recordField: null },
        {
          pubsub,
          rest: new SalesforceRest('62.0', dispatcher),
          sessions: keptSession(() =>
            Promise.resolve({
              accessToken: 't',
              instanceUrl: 'http://127.0.0.1:1',
              orgId: ORG,
              until: Date.now() + 600_000,
            }),
          ),
          events: { state: () => undefined, gap: () => undefined, allocation: () => undefined },
          slowDownMs: 1000,
          allocationEveryMs: 60_000,
          now: Date.now,
        },
      );
      const taken: CrmChange[] = [];
      for await (const { changes } of source.pull(null, over.signal)) {
        taken.push(...changes);
        if (taken.length >= count) break;
      }
      expect(taken.map(({ sourceId }) => sourceId.split('/')[0])).toEqual(
        Array.from({ length: count }, (_, n) => `py-${n}`),
      );
      expect(taken[5]?.fields).toEqual({ Subject: 's5', Description: null, Name: { LastName: 'Öz 5' } });
    } finally {
      over.abort();
      pubsub.close();
      await dispatcher.destroy();
      server.stdin.end();
      await once(server, 'exit');
    }
  });
});
