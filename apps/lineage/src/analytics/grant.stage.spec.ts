import { AnalyticsGrant, fromHeaders, type CloudEvent } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AnalyticsOutcome } from './analytics-outcome.js';
import { grantStage } from './grant.stage.js';

const SAMPLES = join(import.meta.dirname, '../../../../examples/analytics/sample-outcomes.jsonl');
const OUTCOME = AnalyticsOutcome.parse(JSON.parse(readFileSync(SAMPLES, 'utf8').split('\n')[0] ?? ''));
const CELL = CellSpec.parse({
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 1,
  lanes: 1,
  pools: [],
  borders: [],
});
const NOW = Date.parse('2026-11-23T12:00:00Z');
const GRANT = AnalyticsGrant.parse({
  id: 'bi-team',
  consumer: 'BI',
  region: 'eu-central',
  topics: ['outcome'],
  jurisdiction: 'eu',
  expires: '2026-11-24',
});

test('a grant that is renewed or narrowed holds for the next outcome; one that is over gives and loses nothing', async () => {
  let terms = GRANT;
  let now = NOW;
  const unknown = { profile: undefined, asOf: 0 };
  const keyed = { id: GRANT.id, key: 'A'.repeat(43) };
  const { stage, name } = grantStage(
    CELL,
    keyed,
    () => terms,
    () => unknown,
    () => now,
  );
  const kinds = async (): Promise<readonly string[]> => {
    const outcomes = await stage(OUTCOME, {
      coordinates: { topic: 't', partition: 0, offset: 0n },
      event: fromHeaders({}) as CloudEvent,
      traceId: '',
      signal: new AbortController().signal,
    });
    return outcomes.map(({ kind }) => kind);
  };
  expect(name).toMatch(/^grant-bi-team-[0-9a-f]{12}$/);
  expect(await kinds()).toEqual(['emit']);
  terms = { ...GRANT, tenants: ['nordlicht'] };
  expect(await kinds()).toEqual(['settle']);
  terms = { ...GRANT, jurisdiction: 'us', tenants: ['atlas'] };
  await expect(kinds()).rejects.toMatchObject({ code: 'control-not-ready' });
  terms = GRANT;
  now = Date.parse(GRANT.expires);
  await expect(kinds()).rejects.toMatchObject({ code: 'control-not-ready' });
  terms = { ...GRANT, expires: '2027-11-24' };
  expect(await kinds()).toEqual(['emit']);
});
