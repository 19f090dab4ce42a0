import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicCatalogue } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { readTopic } from '@bailiwick/kafka';
import { REPOSITORY } from '@bailiwick/stack';
import { canariesIn, makeCanaries, searchFiles } from '@bailiwick/testing';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { startBailiwick } from './cli.js';
import { clusterAs } from './identity-cluster.js';
import { Mesh, type RecordView } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

const canaries = makeCanaries();
let mesh: Mesh;
let answered: RecordView;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  const fields = sampleCase({
    Description: `My name is ${canaries.name}, write to ${canaries.email} or call ${canaries.phone}. ${canaries.note}. Please refund me.`,
    ContactName: canaries.name,
    ContactEmail: canaries.email,
    ContactPhone: canaries.phone,
    Street: canaries.note,
  });
  const eventId = await mesh.accept({
    tenant: 'nordlicht',
    purpose: 'case-triage',
    id: freshId(),
    recordId: canaries.note,
    fields,
  });
  answered = await mesh.ended('eu-central', eventId);
  // Brokers and databases write behind; exporters send every second.
  await sleep(3000);
});
afterAll(() => mesh.close());

describe('a record of a tenant that may not leave, with values that exist nowhere else', () => {
  const clean = async (folders: readonly string[], least: number): Promise<void> => {
    const { hits, bytes } = await searchFiles(folders, canaries.values);
    expect(hits).toEqual([]);
    expect(bytes).toBeGreaterThan(least);
  };

  it('was answered, and its answer restored its name at home', async () => {
    expect(answered).toMatchObject({ outcome: 'answered', answeredIn: 'eu', pool: 'eu-nordlicht' });
    const [write] = await mesh.writes(answered.eventId);
    expect(JSON.stringify(write?.fields)).toContain(canaries.name);
    expect(write?.recordId).toBe(canaries.note);
  });

  it('B3 no byte of it is on the US broker’s disks', () =>
    clean([join(mesh.folder, 'data', 'us-east', 'kafka')], 10_000));
  it('B3 no byte of it is in the US database', () =>
    clean([join(mesh.folder, 'data', 'us-east', 'postgres')], 1_000_000));
  it('B3 no byte of it is in any log, of either cell', () => clean([mesh.stack.logs], 1000));
  it('no byte of it is in clear on the EU broker’s disks', () =>
    clean([join(mesh.folder, 'data', 'eu-central', 'kafka')], 10_000));
  it('no byte of it is in clear in the EU database', () =>
    clean([join(mesh.folder, 'data', 'eu-central', 'postgres')], 1_000_000));

  it.each(['eu-central', 'us-east'])(
    'no key, header or value of any topic in %s holds it',
    async (region) => {
      const spec = CellSpec.parse(
        parse(await readFile(`${REPOSITORY}/infra/jurisdictions/${region}.yaml`, 'utf8')),
      );
      const auditor = await clusterAs(mesh, region, { region, workload: 'auditor' });
      let records = 0;
      for (const { name } of topicCatalogue(spec)) {
        for (const { message } of await readTopic(auditor, name)) {
          records += 1;
          const headers = Object.entries(message.headers ?? {}).map(
            ([key, value]) => `${key}=${String(value)}`,
          );
          const bytes = Buffer.concat([
            message.key ?? Buffer.alloc(0),
            message.value ?? Buffer.alloc(0),
            Buffer.from(headers.join('\n')),
          ]);
          expect(canariesIn(bytes, canaries.values), name).toEqual([]);
        }
      }
      expect(records).toBeGreaterThan(5);
    },
  );

  it('no metric holds it', async () => {
    for (const region of ['eu-central', 'us-east'])
      for (const [workload, url] of Object.entries(mesh.cell(region).services)) {
        const text = await (await fetch(`${url}/metrics`)).text();
        expect(text, workload).toContain('process_cpu');
        expect(canariesIn(Buffer.from(text), canaries.values), workload).toEqual([]);
      }
  });

  it('what lineage answers holds none of it', () => {
    expect(canariesIn(Buffer.from(JSON.stringify(answered)), canaries.values)).toEqual([]);
  });
});

describe('bailiwick canary, on a mesh in which one process of the other cell writes what it should not', () => {
  it('searches every kind of place, finds that one and no other, and raises it as a violation', async () => {
    const known = new Set((await mesh.allWrites()).map(({ recordId }) => recordId));
    // On patrol, until a signal ends it.
    const patrol = startBailiwick(mesh.folder, ['canary', '--tenant', 'nordlicht', '--every', '1h']);
    const leak = join(mesh.stack.logs, 'us-east', 'leaky.log');
    let leaked: string | undefined;
    for (
      const deadline = Date.now() + 60_000;
      leaked === undefined && Date.now() < deadline;
      await sleep(100)
    )
      leaked = (await mesh.allWrites())
        .map(({ recordId }) => recordId)
        .find((recordId) => recordId.startsWith('canarynote') && !known.has(recordId));
    await writeFile(leak, `{"msg":"wrote back","record":"${leaked}"}\n`);
    const report = await patrol.said('LEAK');
    patrol.child.kill('SIGINT');
    const { code, out, err } = await patrol.ran;
    expect(out).toBe(report);
    await rm(leak);
    expect(err).toBe('');
    const [line = '', ...found] = out.trimEnd().split('\n');
    const [, eventId = ''] = /^(evt_\w+) of nordlicht in eu-central: answered; searched /.exec(line) ?? [];
    for (const kind of ['topic', 'table', 'log', 'trace', 'metric', 'file'])
      expect(line).toMatch(new RegExp(`[1-9]\\d* ${kind}s? \\(\\d+\\.\\d MB\\)`));
    expect(found).toEqual([`LEAK in us-east: log ${leak} holds note`]);
    expect(code).toBe(1);
    expect(await mesh.violated('us-east', eventId, 'canary-found')).toEqual(['canary-found']);
  });
});
