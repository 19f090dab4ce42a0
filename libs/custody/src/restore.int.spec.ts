import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Custody } from './custody.js';
import { generateCellKeys } from './key-agreement.js';
import { startPostgres, type TestPostgres } from './postgres.test-kit.js';

let postgres: TestPostgres;
let open: () => Promise<Custody>;

beforeAll(async () => {
  postgres = await startPostgres();
  const cellKeys = join(postgres.directory, 'cell.json');
  writeFileSync(cellKeys, JSON.stringify(generateCellKeys().file));
  const pool = postgres.connect();
  open = () => Custody.open({ pool, cellKeys });
});
afterAll(() => postgres.stop());

async function recordAbout(tenant: string, recordId: string, name: string) {
  const custody = await open();
  const subject = await custody.subjectOf(tenant, 'Case', recordId);
  await custody.sealRecord({ eventId: 'evt_1', tenant, subject, recordId, plaintext: Buffer.from(name) });
  const maker = await custody.pseudonymiser(tenant);
  const pseudonym = maker.pseudonym('PERSON', name);
  await Promise.all([1, 2].map(() => custody.remember(tenant, subject, maker.entries())));
  return { subject, pseudonym };
}

describe('restoring pseudonyms', () => {
  it('brings back what they stand for, in text and JSON, in another process of the home cell', async () => {
    const { subject, pseudonym } = await recordAbout('atlas', '1', 'Anna Müller');
    const custody = await open();
    const { value, restored, unknown } = (
      await custody.restore('atlas', subject, {
        reply: `Dear ${pseudonym},`,
        priority: 'high',
        tags: [pseudonym],
      })
    ).reveal();
    expect(value).toEqual({ reply: 'Dear Anna Müller,', priority: 'high', tags: ['Anna Müller'] });
    expect([restored, unknown]).toEqual([2, 0]);
  });

  it('never brings back what another data subject is called', async () => {
    const mine = await recordAbout('atlas', '2', 'Bela Kovács');
    const other = await recordAbout('atlas', '3', 'Carla Rossi');
    const answer = `${mine.pseudonym} knows ${other.pseudonym}`;
    const { value, restored, unknown } = (
      await (await open()).restore('atlas', mine.subject, answer)
    ).reveal();
    expect(value).toBe(`Bela Kovács knows ${other.pseudonym}`);
    expect([restored, unknown]).toEqual([1, 1]);
  });

  it('makes the same pseudonym for the same name in every record and process of a tenant', async () => {
    const first = await recordAbout('atlas', '4', 'Dora Novak');
    const second = await recordAbout('atlas', '5', 'DORA  NOVAK');
    const elsewhere = await recordAbout('harbor', '5', 'Dora Novak');
    expect(second.pseudonym).toBe(first.pseudonym);
    expect(elsewhere.pseudonym).not.toBe(first.pseudonym);
  });
});
