import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '@bailiwick/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { answeredWay } from '../facts.test-kit.js';
import { merge, summaryOf, type Summary } from '../record/summary.js';
import { runEvents } from './run-events.js';

const PUBLISHED = join(import.meta.dirname, '..', '..', '..', '..', 'infra', 'contracts', 'openlineage');
const FACETS = ['ColumnLineageDatasetFacet', 'SchemaDatasetFacet', 'ErrorMessageRunFacet', 'JobTypeJobFacet'];
const schemaOf = (name: string): { readonly $id: string } =>
  JSON.parse(readFileSync(join(PUBLISHED, `${name}.json`), 'utf8')) as { readonly $id: string };

let ajv: Ajv2020;
beforeAll(() => {
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const name of ['OpenLineage', ...FACETS]) ajv.addSchema(schemaOf(name));
});

/** What the published schemas find wrong: with the event, and with each facet that names one of them. */
function faults(event: object): readonly unknown[] {
  const whole = ajv.getSchema(schemaOf('OpenLineage').$id);
  const found = whole?.(event) === true ? [] : (whole?.errors ?? ['no schema']);
  const facets: unknown[] = [];
  JSON.stringify(event, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && '_schemaURL' in value) facets.push(value);
    return value;
  });
  return [
    ...found,
    ...facets.flatMap((facet) => {
      const url = (facet as { _schemaURL: string })._schemaURL;
      const check = ajv.getSchema(url);
      return check?.(facet) === true ? [] : [url, ...(check?.errors ?? ['no such schema'])];
    }),
  ];
}

function summarised(facts: readonly Fact[]): Summary {
  const [first, ...others] = facts.map((fact, index) =>
    summaryOf({ fact, partition: 0, place: BigInt(index) }),
  );
  return others.reduce(merge, first as Summary);
}

describe('a record as a run of OpenLineage', () => {
  const way = answeredWay('evt_openlineage');

  test('is valid by the published schemas, whatever it came to', () => {
    const [first, second] = way as [Fact, Fact];
    const ends: readonly (readonly Fact[])[] = [
      way,
      way.slice(0, 3),
      [first, { ...second, kind: 'held', reason: 'no-basis' }],
      [first, { ...second, kind: 'dead-lettered', reason: 'output-invalid' }],
    ];
    const types = ends.map((facts) => {
      const events = runEvents(summarised(facts), facts);
      expect(events.flatMap(faults)).toEqual([]);
      return events.map(({ eventType }) => eventType);
    });
    expect(types).toEqual([
      ['START', 'COMPLETE'],
      ['START', 'RUNNING'],
      ['START', 'RUNNING'],
      ['START', 'FAIL'],
    ]);
  });

  test('R6 tells of each written column on which fields it draws, and which of them the model saw masked', () => {
    const masked = way.map((fact) =>
      fact.kind === 'classified'
        ? {
            ...fact,
            fields: [
              ...fact.fields,
              ...fact.fields.map((field) => ({ ...field, name: 'ContactName', action: 'pseudonymise' })),
              ...fact.fields.map((field) => ({ ...field, name: 'Secret__c', action: 'drop' })),
            ],
          }
        : fact,
    );
    const [, complete] = runEvents(summarised(masked), masked);
    expect(complete.outputs).toMatchObject([
      {
        name: 'sample-crm/Case',
        facets: {
          columnLineage: {
            fields: {
              Priority: {
                inputFields: [
                  { field: 'Subject', transformations: [{ masking: false }] },
                  { field: 'ContactName', transformations: [{ masking: true, description: 'pseudonymise' }] },
                ],
              },
            },
          },
        },
      },
    ]);
  });

  test('is the same run, whoever tells of it', () => {
    const [start, complete] = runEvents(summarised(way), way);
    expect(start.run.runId).toBe(complete.run.runId);
    expect(start.run.runId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
