import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bailiwick, type Ran } from './cli.js';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

const run = (...argv: readonly string[]): Promise<Ran> => bailiwick(inject('stackFolder'), argv);
const stepsOf = async (eventId: string): Promise<readonly string[]> =>
  (await mesh.history('eu-central', eventId))?.steps?.map(({ kind }) => kind) ?? [];

describe('operators and records that wait', () => {
  let eventId: string;
  beforeAll(async () => {
    const fields = sampleCase({ Subject: 'Charged twice' });
    const names = { tenant: 'nordlicht', purpose: 'case-digest', id: freshId(), recordId: freshId() };
    eventId = await mesh.accept({ ...names, fields });
    expect((await mesh.ended('eu-central', eventId)).outcome).toBe('held');
  });

  it('see what waits and why, and nothing of what is in it', async () => {
    const { code, out } = await run('held', 'list', '--tenant', 'nordlicht', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ eventId, tenant: 'nordlicht' }));
    const explained = await run('held', 'explain', eventId);
    expect(explained.out).toMatch(/reason {4}\S+\n {2}release {3}\S+/);
    expect(out + explained.out).not.toContain('Charged twice');
    expect(await run('held', 'explain', 'evt_none')).toMatchObject({ code: 1, out: '' });
  });

  it('O2 do not release what the profile has people of the tenant approve: they ask, and somebody else approves', async () => {
    expect(await run('held', 'release', eventId, '--by', 'anna')).toMatchObject({ code: 2, out: '' });
    const asked = await run('held', 'release', eventId, '--as', 'anna', '--reference', 'INC-42');
    const [, id = ''] = /bailiwick held approve (rel_\w+)/.exec(asked.out) ?? [];
    expect(asked).toMatchObject({ code: 1, out: expect.stringContaining('not by anna') });
    expect(await run('held', 'approve', id, '--as', 'anna')).toMatchObject({ code: 1, out: '' });
    expect(await run('held', 'approve', id, '--as', 'marek')).toMatchObject({ code: 1, out: '' });
    expect((await run('held', 'approve', '--as', 'bruno')).out).toContain(`${id}  ${eventId} of nordlicht`);
    expect(await run('held', 'approve', id, '--as', 'bruno')).toMatchObject({
      code: 0,
      out: expect.stringContaining('anna may release it now'),
    });
    expect(await stepsOf(eventId)).not.toContain('released');
  });

  it('promise 1: a release only has a record judged anew, so what may not leave is held again', async () => {
    const release = await run('held', 'release', eventId, '--as', 'anna');
    expect(release).toEqual({ code: 0, out: `${eventId}  released\n`, err: '' });
    const steps = (await mesh.history('eu-central', eventId))?.steps ?? [];
    expect(steps.find(({ kind }) => kind === 'released')?.['reason']).toBe(
      'by anna, approved by bruno (compliance), INC-42',
    );
    await expect
      .poll(() => stepsOf(eventId), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['received', 'classified', 'decided', 'held', 'released']));
    await expect
      .poll(async () => (await stepsOf(eventId)).filter((kind) => kind === 'held').length, {
        timeout: 20_000,
      })
      .toBe(2);
    expect(await mesh.history('us-east', eventId)).toBeNull();
  });

  it('settle a record for good, and it waits no longer', async () => {
    expect(await run('held', 'discard', eventId, '--by', 'anna')).toMatchObject({
      code: 0,
      out: `${eventId}  discarded\n`,
    });
    const { out } = await run('held', 'list', '--tenant', 'nordlicht', '--json');
    expect(JSON.parse(out)).not.toContainEqual(expect.objectContaining({ eventId }));
    expect(await run('held', 'release', eventId, '--as', 'anna')).toMatchObject({ code: 1 });
  });

  it('replay what broke in the classifier: it is the same delivery, not a repetition', async () => {
    const broken = await mesh.accept({
      tenant: 'atlas',
      purpose: 'case-triage',
      id: freshId(),
      recordId: freshId(),
      // No field of it is named by the purpose, so nothing is left of it.
      fields: { Diagnosis__c: 'none' },
    });
    expect((await mesh.ended('eu-central', broken)).outcome).toBe('dead-lettered');
    const replayed = await run('deadletter', 'replay', broken, '--by', 'anna');
    expect(replayed).toMatchObject({ code: 0, out: `${broken}  released\n` });
    await expect
      .poll(async () => (await stepsOf(broken)).filter((kind) => kind === 'dead-lettered').length, {
        timeout: 20_000,
      })
      .toBe(2);
    expect(await stepsOf(broken)).not.toContain('duplicate');
  });
});
