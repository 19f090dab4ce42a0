import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bailiwick, type Ran } from './cli.js';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

let mesh: Mesh;
let folder: string;
let abroad: string;
const began = new Date().toISOString();
const run = (...argv: readonly string[]): Promise<Ran> => bailiwick(inject('stackFolder'), argv);
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  folder = await mkdtemp(join(tmpdir(), 'proof-'));
  const send = async (tenant: string, purpose: string): Promise<string> => {
    const fields = sampleCase({ Subject: 'Charged twice' });
    const eventId = await mesh.accept({ tenant, purpose, id: freshId(), recordId: freshId(), fields });
    await mesh.ended('eu-central', eventId);
    return eventId;
  };
  [abroad] = await Promise.all([send('atlas', 'case-digest'), send('nordlicht', 'case-triage')]);
});
afterAll(async () => {
  await mesh.close();
  await rm(folder, { recursive: true, force: true });
});

/** Changes a hash of the last tile of a cell's log on its disk; gives what undoes it. */
async function changeLastTile(region: string): Promise<() => Promise<void>> {
  const level = join(inject('stackFolder'), 'data', region, 'log', 'tile', '0');
  const last =
    (await readdir(level))
      .filter((name) => name.endsWith('.p'))
      .toSorted()
      .at(-1) ?? '';
  const widths = await readdir(join(level, last));
  const tile = join(level, last, widths.toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? '');
  const bytes = await readFile(tile);
  await writeFile(tile, Buffer.concat([Buffer.alloc(32), bytes.subarray(32)]));
  return () => writeFile(tile, bytes);
}

describe('promise 5: anyone can check', () => {
  it('B3 what a record did in both cells is proved by files that are verified offline', async () => {
    // The last entries are published within a second.
    await expect
      .poll(async () => (await run('prove', abroad, '--out', file('evidence.json'))).code, {
        timeout: 10_000,
      })
      .toBe(0);
    expect((await readdir(folder)).toSorted()).toEqual(['evidence.eu-central.json', 'evidence.us-east.json']);
    const both = [file('evidence.eu-central.json'), file('evidence.us-east.json')];
    const keys = ['--keys', mesh.stack.logsFile, '--routers', mesh.stack.trustFile, '--witnesses', '1'];
    const { code, out } = await run('verify', ...both, ...keys);
    expect(out).toContain(
      '1 of 1 needed witnesses cosigned the checkpoint: us-east.bailiwick.local/witness.',
    );
    expect(out).toContain(
      '1 of 1 needed witnesses cosigned the checkpoint: eu-central.bailiwick.local/witness.',
    );
    for (const step of ['received by ingest', 'classified by classifier', 'answered by inference-adapter'])
      expect(out).toContain(step);
    expect(out).not.toContain('FAIL');
    expect(code).toBe(0);
  });

  it('evidence that was changed is refused, and it is said which statement fails', async () => {
    const text = await readFile(file('evidence.eu-central.json'), 'utf8');
    const bundle = JSON.parse(text) as { entries: { index: number; entry: string }[] };
    const [entry] = bundle.entries;
    if (!entry) throw new Error('there is no entry');
    const bytes = Buffer.from(entry.entry, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    entry.entry = bytes.toString('base64');
    await writeFile(file('changed.json'), JSON.stringify(bundle));
    const { code, out } = await run('verify', file('changed.json'));
    expect(out).toContain(`FAIL Entry ${entry.index} is not in the log`);
    expect(code).toBe(1);
  });

  it('B3 a tenant that may not leave was nowhere else, by the whole logs of the period; another was', async () => {
    const ask = (tenant: string): Promise<Ran> =>
      run('absence', '--tenant', tenant, '--jurisdiction', 'us', '--from', began);
    const stayed = await ask('nordlicht');
    expect(stayed.out).toMatch(/nordlicht in us, .*: nothing/);
    expect(stayed.out).toContain('cosigned by');
    expect(stayed.out).toContain('It does not prove:');
    expect(stayed.code).toBe(0);
    const went = await ask('atlas');
    expect(went.out).toContain(`sent-there decided ${abroad}`);
    expect(went.out).toContain(`done-there answered ${abroad}`);
    expect(went.code).toBe(1);
  });

  it('the whole log of every cell is what its signed checkpoint says, and a tile that is changed on its disk is named', async () => {
    const whole = await run('log', '--check');
    expect(whole.out.match(/every entry and tile checked/g)).toHaveLength(2);
    expect(whole.code).toBe(0);
    // A log that grows meanwhile writes the tile anew.
    await expect
      .poll(
        async () => {
          const mend = await changeLastTile('us-east');
          const { out, code } = await run('log', '--check');
          await mend();
          return code === 1 && out;
        },
        { timeout: 20_000 },
      )
      .toMatch(/us-east.bailiwick.local\/log: .* BROKEN: A tile is not the one that the root was made of/);
  });

  it('an event that nobody knows has no evidence', async () => {
    const { code, err } = await run('prove', 'evt_abcdefghijklmnopqrstuvwx23');
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('no log holds an entry') as string,
    });
  });
});
