import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

const SECRET = `badinput${freshId().replaceAll('-', '')}`;
const event = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  specversion: '1.0',
  type: 'crm.case.created',
  source: '/e2e/bad-input',
  id: freshId(),
  subject: '500X',
  purpose: 'case-triage',
  data: { object: 'Case', fields: sampleCase({ Subject: SECRET }) },
  ...change,
});
const json = (change?: Readonly<Record<string, unknown>>): string => JSON.stringify(event(change));
const structured = { 'content-type': 'application/cloudevents+json' };

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

describe('bad input is refused precisely, and nothing of it is kept', () => {
  const post = async (
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = structured,
    purpose = 'case-triage',
  ) =>
    mesh.post('eu-central', body, {
      ...headers,
      authorization: `Bearer ${await mesh.token('atlas', purpose)}`,
    });

  const cases: readonly (readonly [string, string | Uint8Array, number, string])[] = [
    ['not JSON', `{"data": "${SECRET}`, 400, 'body-not-json'],
    ['an empty body', '', 400, 'body-not-json'],
    ['a schema that is not CloudEvents', JSON.stringify({ hello: SECRET }), 400, 'event-invalid'],
    ['no subject', json({ subject: undefined }), 400, 'event-invalid'],
    ['zero fields', json({ data: { object: 'Case', fields: {} } }), 400, 'event-empty'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from(json()).subarray(0, -2), Buffer.from([0xc3, 0x28, 0x7d, 0x7d])]),
      400,
      'body-not-utf8',
    ],
    ['20 MB', Buffer.alloc(20 * 1024 * 1024, 'a'), 413, 'body-too-large'],
    [
      'a clock an hour ahead',
      json({ time: new Date(Date.now() + 3_600_000).toISOString() }),
      400,
      'event-time-skewed',
    ],
    ['a purpose outside of the scope', json({ purpose: 'case-digest' }), 403, 'scope-insufficient'],
  ];
  it.each(cases)('%s', async (_name, body, status, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.contentType).toContain('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });

  it('a content type that is not an event', async () => {
    const answer = await post(json(), { 'content-type': 'text/plain' });
    expect(answer.body).toMatchObject({ code: 'content-type-unsupported' });
  });

  it('no token, and a token that nobody signed', async () => {
    expect(await mesh.post('eu-central', json(), structured)).toMatchObject({
      status: 401,
      body: { code: 'token-missing' },
    });
    const forged = await mesh.post('eu-central', json(), {
      ...structured,
      authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.',
    });
    expect(forged).toMatchObject({ status: 401, body: { code: 'token-invalid' } });
  });

  it('unknown field labels count as the highest: a field that no catalog knows is dropped, never sent', async () => {
    const fields = sampleCase({ Unheard_Of__c: SECRET });
    const eventId = await mesh.accept({
      tenant: 'atlas',
      purpose: 'case-triage',
      id: freshId(),
      recordId: freshId(),
      fields,
    });
    const history = await mesh.ended('eu-central', eventId);
    const field = (history['fields'] as { name: string; sensitivity: string; action: string }[]).find(
      ({ name }) => name === 'Unheard_Of__c',
    );
    expect(field).toMatchObject({ sensitivity: 'MissionCritical', action: 'drop' });
  });

  it('no log line of any service holds anything of the content', async () => {
    let lines = 0;
    const files = (await readdir(mesh.stack.logs, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    for (const file of files) {
      const text = await readFile(join(file.parentPath, file.name), 'utf8');
      lines += text.split('\n').length;
      expect(text.includes(SECRET), file.name).toBe(false);
    }
    expect(lines).toBeGreaterThan(50);
  });
});
