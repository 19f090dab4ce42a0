import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FieldCatalog, Purpose } from '@bailiwick/domain';
import type { Logger } from '@bailiwick/platform';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Detectors } from '../classify/detectors.js';
import { Explainer } from '../explain/explainer.js';
import { PublishedRules, type RulesSource } from '../rules/rules.js';
import { ApiServer } from './api-server.js';
import { Callers } from './callers.js';

const CANARY = 'canary-7731@example.org';
const PURPOSE = {
  id: 'case-triage',
  tenant: 'atlas',
  version: 3,
  object: 'Case',
  fields: { Text: { action: 'keep', inText: 'pseudonymise' }, Name: { action: 'pseudonymise' } },
} as unknown as Purpose;
const CATALOG: FieldCatalog = {
  object: 'Case',
  version: 2,
  fields: {
    Text: { category: 'free-text', sensitivity: 'Internal', regulations: ['GDPR'] },
    Name: { category: 'contact', sensitivity: 'Confidential', regulations: ['GDPR'], entity: 'PERSON' },
  },
};
const published: Readonly<Record<string, unknown>> = { 'atlas/case-triage': PURPOSE, Case: CATALOG };
const control = {
  ready: true,
  asOf: 0,
  get: (_kind: string, key: string) => published[key],
} as RulesSource;

interface Pem {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}
const logged: string[] = [];
const log = (...entry: readonly unknown[]): void => void logged.push(JSON.stringify(entry));
const logger: Logger = { debug: log, info: log, warn: log, error: log };
const pems = new Map<string, Pem>();
let folder: string;
let api: ApiServer;
let closed: ApiServer;

const serve = async (analyzers: Callers | null): Promise<ApiServer> => {
  const server = new ApiServer({
    host: '127.0.0.1',
    port: 0,
    tls: pems.get('classifier')!,
    explainer: new Explainer(new PublishedRules(control, new Detectors(), 1, () => 0)),
    administrators: new Callers(['spiffe://bailiwick.local/eu-central/administrator']),
    analyzers,
    logger,
  });
  await server.start();
  return server;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifier-api-'));
  const authority = await CertificateAuthority.open(folder);
  for (const workload of ['classifier', 'administrator', 'gateway', 'ingest']) {
    const { certificate, key, authority: ca } = await authority.issue({ region: 'eu-central', workload });
    const [cert = '', own = '', trusted = ''] = await Promise.all(
      [certificate, key, ca].map((file) => readFile(file, 'utf8')),
    );
    pems.set(workload, { cert, key: own, ca: trusted });
  }
  api = await serve(new Callers(['spiffe://bailiwick.local/eu-central/gateway']));
  closed = await serve(null);
});
afterAll(async () => {
  await api?.stop();
  await closed?.stop();
  await rm(folder, { recursive: true });
});

/** Asks as a workload; without one, with no certificate. */
function ask(
  path: string,
  body: unknown,
  as?: string,
  server = api,
): Promise<{ status: number; json: unknown }> {
  const tls = as === undefined ? { ca: pems.get('classifier')!.ca } : pems.get(as)!;
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const call = request(
      `${server.url}${path}`,
      { method, ...tls, agent: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) }));
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const QUESTION = {
  tenant: 'atlas',
  purpose: 'case-triage',
  object: 'Case',
  fields: { Text: `Lena Vogt, ${CANARY}`, Name: 'Lena Vogt', Other: 'x' },
};

describe('POST /v1/classify', () => {
  it('says what would be kept of a record, and why', async () => {
    const { status, json } = await ask('/v1/classify', QUESTION, 'administrator');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      purposeVersion: 3,
      highestSensitivity: 'Confidential',
      categories: ['contact', 'free-text'],
      fields: [
        {
          name: 'Text',
          category: 'free-text',
          action: 'keep',
          kept: '⟦PERSON·…⟧, ⟦EMAIL_ADDRESS·…⟧',
          findings: [
            { value: 0, start: 0, end: 9, entity: 'PERSON', recognizer: 'identity', evidence: ['record'] },
            { value: 0, start: 11, entity: 'EMAIL_ADDRESS' },
          ],
        },
        { name: 'Name', action: 'pseudonymise', kept: '⟦PERSON·…⟧' },
        { name: 'Other', category: 'unknown', sensitivity: 'MissionCritical', action: 'drop', kept: null },
      ],
    });
  });

  it('logs nothing of what it is asked', () => {
    expect(logged.join('')).not.toMatch(/canary|Lena/);
  });

  it.each(['ingest', 'gateway', 'classifier'])(
    'is denied to %s, which the configuration does not name',
    async (as) => {
      const { status, json } = await ask('/v1/classify', QUESTION, as);
      expect({ status, json }).toMatchObject({ status: 403, json: { code: 'certificate-not-permitted' } });
    },
  );

  it('is closed to who has no certificate of the mesh', async () => {
    await expect(ask('/v1/classify', QUESTION)).rejects.toThrow();
  });

  it.each([
    [{ ...QUESTION, purpose: 'other' }, 403, 'purpose-unknown'],
    [{ ...QUESTION, object: 'Lead' }, 403, 'purpose-unknown'],
    [{ ...QUESTION, fields: CANARY }, 400, 'query-invalid'],
    [{ ...QUESTION, store: true }, 400, 'query-invalid'],
    [`{"tenant":"${CANARY}`, 400, 'body-not-json'],
  ])('answers a wrong question precisely and quotes nothing: %#', async (question, status, code) => {
    const answer = await ask('/v1/classify', question, 'administrator');
    expect(answer).toMatchObject({ status, json: { status, code } });
    expect(JSON.stringify(answer.json)).not.toContain('canary');
  });
});

describe('POST /analyze', () => {
  const analyze = (body: object, as = 'gateway') => ask('/analyze', body, as);

  it('answers as Presidio does, in code points', async () => {
    const { status, json } = await analyze({ text: '😀 lena@example.org', language: 'en' });
    expect(status).toBe(200);
    expect(json).toEqual([
      {
        start: 2,
        end: 18,
        score: expect.any(Number),
        entity_type: 'EMAIL_ADDRESS',
        analysis_explanation: null,
        recognition_metadata: { recognizer_identifier: 'email', recognizer_name: 'email' },
      },
    ]);
  });

  it('answers an array of texts by an array of lists', async () => {
    const { json } = await analyze({ text: ['lena@example.org', 'nothing'], language: 'de' });
    expect(json).toMatchObject([[{ entity_type: 'EMAIL_ADDRESS' }], []]);
  });

  it('takes entities, score_threshold, allow_list and return_decision_process', async () => {
    const text = 'lena@example.org, help@example.org, 4111111111111111';
    const { json } = await analyze({
      text,
      language: 'en',
      entities: ['EMAIL_ADDRESS'],
      score_threshold: 0.4,
      allow_list: ['help@example.org'],
      return_decision_process: true,
      correlation_id: 'c-1',
      context: [],
      ad_hoc_recognizers: null,
    });
    expect(json).toMatchObject([
      { start: 0, end: 16, analysis_explanation: { recognizer: 'email', score_context_improvement: 0 } },
    ]);
  });

  it.each([
    [{ text: 'x' }, 'language'],
    [{ language: 'en' }, 'text'],
    [{ text: 'x', language: 'en', entities: ['PERSONN'] }, 'no recogniser finds PERSONN'],
    [{ text: 'x', language: 'en', entities: [CANARY] }, 'no recogniser finds one of the entities'],
    [{ text: 'x', language: 'en', ad_hoc_recognizers: [{}] }, 'ad hoc recognizers are not supported'],
    [{ text: 'x', language: 'en', context: ['a'] }, 'context words of a request are not supported'],
    [{ text: 'x', language: 'en', allow_list_match: 'regex' }, 'allow_list_match'],
  ])('refuses %j by name, in `error` too', async (body, error) => {
    const { status, json } = await analyze(body);
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { code: 'query-invalid', error: expect.stringContaining(error) },
    });
    expect(JSON.stringify(json)).not.toContain('canary');
  });

  it('takes a million characters at most', async () => {
    const { status, json } = await analyze({
      text: ['x'.repeat(600_000), 'x'.repeat(600_000)],
      language: 'en',
    });
    expect({ status, json }).toMatchObject({ status: 413, json: { code: 'body-too-large' } });
  });

  it('lists the entities that there are', async () => {
    const { status, json } = await ask('/supportedentities?language=en', undefined, 'gateway');
    expect(status).toBe(200);
    expect(json).toEqual(expect.arrayContaining(['EMAIL_ADDRESS', 'PERSON']));
  });

  it('lists the recognisers that findings name', async () => {
    const { status, json } = await ask('/recognizers?language=en', undefined, 'gateway');
    expect(status).toBe(200);
    const found = await analyze({ text: 'ana.roth@example.org', language: 'en' });
    const [{ recognition_metadata: by }] = found.json as unknown as [
      { recognition_metadata: { recognizer_name: string } },
    ];
    expect(json).toContain(by.recognizer_name);
  });

  it('is denied to who is not named, administrators too, and is not there unless somebody is', async () => {
    const body = { text: 'x', language: 'en' };
    expect(await analyze(body, 'administrator')).toMatchObject({ status: 403 });
    expect(await ask('/analyze', body, 'gateway', closed)).toMatchObject({ status: 404 });
    expect(await ask('/v1/classify', QUESTION, 'administrator', closed)).toMatchObject({ status: 200 });
  });
});
