import { createHash } from 'node:crypto';
import type { Fact, FieldFact } from '@bailiwick/contracts';
import { fieldsOf } from '../read/record-view.js';
import type { Summary } from '../record/summary.js';

/** Who says so. */
const PRODUCER = 'https://github.com/bailiwick/bailiwick';
const SPEC = 'https://openlineage.io/spec';

/** What a run came to, by how the record ended. One that is held goes on when it is released. */
const EVENT_TYPE = {
  'in-flight': 'RUNNING',
  held: 'RUNNING',
  denied: 'ABORT',
  'dead-lettered': 'FAIL',
  answered: 'COMPLETE',
} as const satisfies Record<Summary['standing']['outcome'], string>;

/** A facet says who made it and by which schema. */
const facet = <T extends object>(name: string, version: string, content: T) => ({
  _producer: PRODUCER,
  _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`,
  ...content,
});

/** A run event of OpenLineage 2-0-2. https://openlineage.io/spec/2-0-2/OpenLineage.json */
export interface RunEvent {
  readonly eventType: 'START' | (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE];
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets?: object };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: object };
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
}

/**
 * A record's way as the run of a job: the purpose is the job, the CRM's fields are what it reads, and what was written back is what it writes, with
 * the lineage of each column. Names of fields and nothing of what they held. Two events: the start, and where the record stands now.
 */
export function runEvents(summary: Summary, facts: readonly Fact[]): readonly [RunEvent, RunEvent] {
  const { eventId, tenant, purpose, object, standing, receivedAt, updatedAt } = summary;
  const fields = fieldsOf(facts);
  const input = {
    namespace: `crm://${tenant}`,
    name: object,
    facets: {
      schema: facet('SchemaDatasetFacet', '1-2-0', {
        fields: fields.map(({ name, category, sensitivity, action }) => ({
          name,
          description: `${category}, ${sensitivity}: ${action}`,
        })),
      }),
    },
  };
  const common = {
    producer: PRODUCER,
    schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
    job: {
      namespace: `bailiwick://${tenant}`,
      name: purpose,
      facets: {
        jobType: facet('JobTypeJobFacet', '2-0-4', {
          processingType: 'BATCH',
          integration: 'BAILIWICK',
          jobType: 'INFERENCE',
        }),
      },
    },
    inputs: [input],
  };
  const runId = runIdOf(eventId);
  const broken = standing.outcome === 'dead-lettered' || standing.outcome === 'denied';
  return [
    { ...common, eventType: 'START', eventTime: iso(receivedAt ?? updatedAt), run: { runId }, outputs: [] },
    {
      ...common,
      eventType: EVENT_TYPE[standing.outcome],
      eventTime: iso(standing.at),
      run: {
        runId,
        facets: broken
          ? {
              errorMessage: facet('ErrorMessageRunFacet', '1-0-1', {
                message: standing.reason || standing.outcome,
                programmingLanguage: 'none',
              }),
            }
          : {},
      },
      outputs: outputsOf(summary, facts, fields),
    },
  ];
}

/** What was written back, each field with those that the model saw: a model's answer draws on all of them. */
function outputsOf(
  { tenant, object }: Summary,
  facts: readonly Fact[],
  fields: readonly FieldFact[],
): readonly object[] {
  const write = facts.findLast((fact) => fact.write)?.write;
  if (!write) return [];
  const inputFields = fields
    .filter(({ action }) => action !== 'drop')
    .map(({ name, action }) => ({
      namespace: `crm://${tenant}`,
      name: object,
      field: name,
      transformations: [
        { type: 'DIRECT', subtype: 'TRANSFORMATION', description: action, masking: action !== 'keep' },
      ],
    }));
  const columns = Object.fromEntries(write.fields.map((name) => [name, { inputFields }]));
  return [
    {
      namespace: `crm://${tenant}`,
      name: `${write.target}/${write.object}`,
      facets: {
        columnLineage: facet('ColumnLineageDatasetFacet', '1-2-0', { fields: columns }),
        schema: facet('SchemaDatasetFacet', '1-2-0', { fields: write.fields.map((name) => ({ name })) }),
      },
    },
  ];
}

/** A UUID of the event's id (RFC 9562, version 8): the same record is the same run, whoever tells of it. */
function runIdOf(eventId: string): string {
  const bytes = createHash('sha256').update(`openlineage/${eventId}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const iso = (ms: number): string => new Date(ms).toISOString();
