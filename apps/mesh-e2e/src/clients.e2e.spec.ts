import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RecordSender } from '@bailiwick/client';
import { eventId } from '@bailiwick/domain';
import { REPOSITORY } from '@bailiwick/stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Mesh } from './mesh.js';
import { killAndAwaitRestart } from './processes.js';
import { freshId, sampleCase } from './sample-case.js';

const SOURCE = '/e2e/clients';
/** A Python with grpcio and grpcio-tools: `BAILIWICK_PYTHON`, or the one of the machine. */
const PYTHON = process.env['BAILIWICK_PYTHON'] ?? 'python3';

let mesh: Mesh;
let ca: string;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  ca = await readFile(mesh.stack.authority, 'utf8');
});
afterAll(() => mesh.close());

const senderTo = (region: string, resumeToken = ''): RecordSender =>
  new RecordSender({
    address: mesh.cell(region).ingest.grpc,
    ca,
    token: () => mesh.token('atlas', 'case-triage'),
    resumeToken,
  });
const record = (id: string) => ({
  source: SOURCE,
  id,
  object: 'Case',
  recordId: freshId(),
  fields: sampleCase(),
});

describe('the client for producers', () => {
  it('promise 4: loses nothing and repeats nothing when ingest is killed under its stream', async () => {
    const sender = senderTo('eu-central');
    const ids = Array.from({ length: 40 }, freshId);
    const sent = ids.map((id) => sender.send(record(id)));
    await sent[0];
    await killAndAwaitRestart(mesh.folder, 'eu-central/ingest');
    const more = Array.from({ length: 10 }, freshId);
    sent.push(...more.map((id) => sender.send(record(id))));
    const accepted = await Promise.all(sent);
    expect(accepted).toEqual([...ids, ...more].map((id) => eventId('atlas', SOURCE, id)));
    await sender.close();
    for (const event of accepted) {
      expect((await mesh.ended('eu-central', event, 120_000)).outcome).toBe('answered');
      expect(await mesh.writes(event)).toHaveLength(1);
    }
    // Whoever kept the token only goes on after the last.
    const next = senderTo('eu-central', sender.resumeToken);
    expect(next.sequence).toBe(50n);
    expect(await next.send(record(freshId()))).toMatch(/^evt_/);
    expect(next.resumeToken.endsWith('.51')).toBe(true);
    await next.close();
  });

  it('says why nothing of a stream is taken, and where it belongs', async () => {
    const sender = senderTo('us-east');
    await expect(sender.send(record(freshId()))).rejects.toMatchObject({
      code: 'wrong-cell',
      endpoint: mesh.cell('eu-central').ingest.grpc,
    });
    await sender.close();
  });

  it('refuses one record and takes the next', async () => {
    const sender = senderTo('eu-central');
    const [empty, good] = [freshId(), freshId()];
    const refused = sender.send({ ...record(empty), fields: {} });
    const taken = sender.send(record(good));
    await expect(refused).rejects.toMatchObject({ code: 'event-empty' });
    expect(await taken).toBe(eventId('atlas', SOURCE, good));
    await sender.close();
  });

  it.skipIf(!hasPython())(
    'runs its example in Python, and goes on by its token',
    { timeout: 120_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bailiwick-python-'));
      try {
        const client = join(REPOSITORY, 'clients', 'python');
        await cp(join(client, 'bailiwick'), join(folder, 'bailiwick'), { recursive: true });
        const generate = `import sys; sys.path.insert(0, ${JSON.stringify(client)}); import setup, pathlib; setup.generate(pathlib.Path('.'))`;
        execFileSync(PYTHON, ['-c', generate], { cwd: folder });
        const env = {
          ...process.env,
          PYTHONPATH: folder,
          BAILIWICK_INGEST: mesh.cell('eu-central').ingest.grpc,
          BAILIWICK_CA: mesh.stack.authority,
          BAILIWICK_TOKEN: await mesh.token('atlas', 'case-triage'),
        };
        const run = async (resume: string): Promise<readonly string[]> => {
          const script = join(client, 'examples', 'send.py');
          const { stdout } = await promisify(execFile)(PYTHON, [script], {
            env: { ...env, BAILIWICK_RESUME: resume },
          });
          return stdout.trim().split('\n');
        };
        const expected = [0, 1].map((n) => eventId('atlas', '/my-crm/cases', `example-py-${n}`));
        const [one, two, token = ''] = await run('');
        expect([one, two]).toEqual(expected);
        expect(token).toMatch(/\.2$/);
        const again = await run(token.replace('go on with ', ''));
        expect(again.slice(0, 2)).toEqual(expected);
        expect(again[2]).toMatch(/\.4$/);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );
});

function hasPython(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import grpc_tools, grpc'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
