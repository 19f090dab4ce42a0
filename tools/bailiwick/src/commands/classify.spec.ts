import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Explanation } from '../classify/ask-classifier.js';
import { CliError } from '../exit-code.js';
import { noPaint } from '../print/style.js';
import { classifyCommand } from './classify.js';

const EXPLANATION: Explanation = {
  purposeVersion: 3,
  highestSensitivity: 'Confidential',
  categories: ['free-text'],
  fields: [
    {
      name: 'Text',
      category: 'free-text',
      sensitivity: 'Internal',
      regulations: [],
      basis: 'catalog',
      action: 'keep',
      kept: 'ask [PERSON]',
      findings: [
        {
          value: 0,
          start: 4,
          end: 8,
          entity: 'PERSON',
          score: 0.8,
          recognizer: 'identity',
          evidence: ['record'],
        },
      ],
    },
  ],
};
let folder: string;
let server: Server;
let asked: unknown;
let answer: { readonly status: number; readonly body: unknown };
let options: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'classify-'));
  const authority = await CertificateAuthority.open(folder);
  const [own, admin] = await Promise.all(
    ['classifier', 'administrator'].map((workload) => authority.issue({ region: 'eu-central', workload })),
  );
  const pem = (file: string): string => readFileSync(file, 'utf8');
  server = createServer(
    {
      cert: pem(own!.certificate),
      key: pem(own!.key),
      ca: pem(own!.authority),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      void text(request).then((body) => {
        asked = JSON.parse(body);
        response.writeHead(answer.status).end(JSON.stringify(answer.body));
      });
    },
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const files = ['--certificate', admin!.certificate, '--key', admin!.key, '--authority', admin!.authority];
  options = ['--tenant', 'atlas', '--purpose', 'case-triage', '--url', url, ...files];
  writeFileSync(
    join(folder, 'record.json'),
    JSON.stringify({ object: 'Case', recordId: '1', fields: { Text: 'ask Lena' } }),
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...argv: readonly string[]): Promise<string> {
  const out: string[] = [];
  const command = classifyCommand({
    paint: noPaint,
    print: (...lines) => void out.push(...lines),
    warn: () => undefined,
    exit: () => undefined,
  });
  await command.parseAsync([join(folder, 'record.json'), ...options, ...argv], { from: 'user' });
  return out.join('\n');
}

describe('bailiwick classify', () => {
  test('asks with the certificate of an administrator and prints what would be kept and why', async () => {
    answer = { status: 200, body: EXPLANATION };
    const out = await run();
    expect(asked).toEqual({
      tenant: 'atlas',
      purpose: 'case-triage',
      object: 'Case',
      fields: { Text: 'ask Lena' },
    });
    expect(out).toMatch(/^Text +free-text +Internal +catalog +keep +"ask \[PERSON\]"$/m);
    expect(out).toMatch(/^Text +4-8 +PERSON +0\.80 +identity: record$/m);
    expect(out).toContain('purpose version 3; what is left is Confidential at most');
    expect(JSON.parse(await run('--json'))).toEqual(EXPLANATION);
  });

  test('says why it was refused, with exit code 1', async () => {
    const problem = { status: 403, code: 'certificate-not-permitted', detail: 'no' };
    answer = { status: 403, body: problem };
    const failure = await run().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(CliError);
    expect(failure).toMatchObject({ exitCode: 1, message: 'refused with 403 certificate-not-permitted: no' });
  });

  test('a classifier that does not answer is said, with exit code 4', async () => {
    await expect(run('--url', 'https://127.0.0.1:1')).rejects.toMatchObject({ exitCode: 4 });
  });
});
