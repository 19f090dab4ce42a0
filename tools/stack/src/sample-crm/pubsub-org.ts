import { createHash, randomUUID } from 'node:crypto';
import { JsonObject } from '@bailiwick/domain';
import avro from 'avsc';
import { z } from 'zod';
import type { EventBus } from './pubsub-bus.js';

const Schema = z.object({ fields: z.array(z.object({ name: z.string() })) });

/** Topic of the changes of cases. */
export const CASE_CHANGES = '/data/CaseChangeEvent';
const CHANGE_TYPES = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'UNDELETE',
  'GAP_CREATE',
  'GAP_UPDATE',
  'GAP_DELETE',
  'GAP_UNDELETE',
  'GAP_OVERFLOW',
] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

const array = { type: 'array', items: 'string' };
/** https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_event_fields_header.htm */
const HEADER = {
  name: 'ChangeEventHeader',
  type: {
    type: 'record',
    name: 'ChangeEventHeader',
    fields: [
      { name: 'entityName', type: 'string' },
      { name: 'recordIds', type: array },
      { name: 'changeType', type: { type: 'enum', name: 'ChangeType', symbols: CHANGE_TYPES } },
      { name: 'changeOrigin', type: 'string' },
      { name: 'transactionKey', type: 'string' },
      { name: 'sequenceNumber', type: 'int' },
      { name: 'commitTimestamp', type: 'long' },
      { name: 'commitNumber', type: 'long' },
      { name: 'commitUser', type: 'string' },
      { name: 'nulledFields', type: array },
      { name: 'diffFields', type: array },
      { name: 'changedFields', type: array },
    ],
  },
};

/** Users of an org: somebody who works there, and the one as whom integrations call. */
export const ORG_USERS = { person: '005000000000001AAA', integration: '005000000000002AAA' };

/** One change of one case. */
export interface CaseChange {
  readonly recordId: string;
  /** New values; null empties a field. */
  readonly fields: JsonObject;
  /** Kind of the change; an update when the org has the record, its creation otherwise. */
  readonly type?: ChangeType;
  /** Which client of the API made it. */
  readonly client?: string;
  /** Id of the event; a new one when absent. */
  readonly eventId?: string;
  /** Ids as the event names them, where they are not the record's. */
  readonly recordIds?: readonly string[];
  readonly transactionKey?: string;
  readonly sequenceNumber?: number;
  /** Fields of which only the difference is told. */
  readonly diff?: readonly string[];
}

/** One org of the sample CRM: its cases, and the change events that they make. Fields that nobody has used before make a new schema. */
export class SampleOrg {
  readonly #types = new Map<string, avro.Type>();
  readonly #names: string[];
  readonly #changedBy = new Map<string, string>();
  #commits = 0;

  constructor(
    readonly id: string,
    private readonly bus: EventBus,
  ) {
    const newest = bus.database
      .prepare('SELECT json FROM schema WHERE org = ? ORDER BY rowid DESC LIMIT 1')
      .get(id)?.['json'];
    const known = newest === undefined ? [] : Schema.parse(JSON.parse(String(newest))).fields;
    this.#names = known.slice(1).map(({ name }) => name);
  }

  /** Schema of the events that are made now. */
  get schemaId(): string {
    const fields = [
      HEADER,
      ...this.#names.map((name) => ({ name, type: ['null', 'string'], default: null })),
    ];
    const json = JSON.stringify({
      type: 'record',
      name: 'CaseChangeEvent',
      namespace: 'com.sforce.eventbus',
      fields,
    });
    const id = createHash('sha256').update(json).digest('base64url').slice(0, 22);
    if (!this.#types.has(id)) {
      this.#types.set(id, avro.Type.forSchema(JSON.parse(json)));
      this.bus.database.prepare('INSERT OR IGNORE INTO schema VALUES (?, ?, ?)').run(this.id, id, json);
    }
    return id;
  }

  /** A schema of this org as JSON, or null. */
  schema(id: string): string | null {
    const row = this.bus.database
      .prepare('SELECT json FROM schema WHERE org = ? AND id = ?')
      .get(this.id, id);
    return row ? String(row['json']) : null;
  }

  /** Changes cases and publishes what changed, as one transaction of the org. */
  change(changes: readonly CaseChange[]): readonly Buffer[] {
    const transactionKey = randomUUID();
    const commitTimestamp = Date.now();
    for (const change of changes) this.#changedBy.set(change.recordId, userOf(change));
    for (const { fields } of changes)
      for (const name of Object.keys(fields)) if (!this.#names.includes(name)) this.#names.push(name);
    const schemaId = this.schemaId;
    const events = changes.map((change, index) => {
      const isNew = !this.#record(change.recordId);
      this.#keep(change, commitTimestamp);
      const header = {
        entityName: 'Case',
        recordIds: [...(change.recordIds ?? [change.recordId])],
        changeType: change.type ?? (isNew ? 'CREATE' : 'UPDATE'),
        changeOrigin: `com/salesforce/api/rest/62.0;client=${change.client ?? 'SampleCrm'}`,
        transactionKey: change.transactionKey ?? transactionKey,
        sequenceNumber: change.sequenceNumber ?? index + 1,
        commitTimestamp,
        commitNumber: ++this.#commits,
        commitUser: userOf(change),
        nulledFields: this.#bitmaps(
          Object.keys(change.fields).filter((name) => change.fields[name] === null),
        ),
        diffFields: this.#bitmaps(change.diff ?? []),
        changedFields: this.#bitmaps(Object.keys(change.fields)),
      };
      const hidden = change.type?.startsWith('GAP_') === true;
      const values = this.#names.map((name) => [name, hidden ? null : text(change.fields[name] ?? null)]);
      const payload = this.#types
        .get(schemaId)
        ?.toBuffer({ ChangeEventHeader: header, ...Object.fromEntries(values) });
      return { id: change.eventId ?? randomUUID(), schemaId, payload: payload ?? Buffer.alloc(0) };
    });
    return this.bus.publish(this.id, CASE_CHANGES, events, commitTimestamp);
  }

  /** Changes a case of which the stream tells nothing. */
  changeSilently(recordId: string, fields: JsonObject): void {
    this.#changedBy.delete(recordId);
    this.#keep({ recordId, fields }, Date.now());
  }

  /** Id of the user who changed a case last; a person where that is not remembered. */
  changedBy(recordId: string): string {
    return this.#changedBy.get(recordId) ?? ORG_USERS.person;
  }

  /** Records in the order of their change and id, as a query gives them. */
  records(
    wanted: (id: string, modifiedAt: number) => boolean,
    limit: number,
  ): readonly Record<string, unknown>[] {
    const rows = this.bus.database
      .prepare('SELECT id, fields, modified_at FROM org_record WHERE org = ? ORDER BY modified_at, id')
      .all(this.id);
    return rows
      .map((row) => ({
        id: String(row['id']),
        at: Number(row['modified_at']),
        fields: String(row['fields']),
      }))
      .filter(({ id, at }) => wanted(id, at))
      .slice(0, limit)
      .map(({ id: Id, at, fields }) => ({
        attributes: { type: 'Case', url: `/services/data/v62.0/sobjects/Case/${Id}` },
        Id,
        SystemModstamp: new Date(at).toISOString().replace('Z', '+0000'),
        ...JsonObject.parse(JSON.parse(fields)),
      }));
  }

  #record(id: string): JsonObject | null {
    const row = this.bus.database
      .prepare('SELECT fields FROM org_record WHERE org = ? AND id = ?')
      .get(this.id, id);
    return row ? JsonObject.parse(JSON.parse(String(row['fields']))) : null;
  }

  #keep({ recordId, fields, type }: CaseChange, modifiedAt: number): void {
    if (type === 'GAP_OVERFLOW') return;
    this.bus.database
      .prepare('INSERT OR REPLACE INTO org_record VALUES (?, ?, ?, ?)')
      .run(this.id, recordId, JSON.stringify({ ...this.#record(recordId), ...fields }), modifiedAt);
  }

  /** The lowest bit is the first field of the schema, which is the header. */
  #bitmaps(names: readonly string[]): readonly string[] {
    if (names.length === 0) return [];
    const bits = names.reduce((all, name) => all | (1n << BigInt(this.#names.indexOf(name) + 1)), 0n);
    return [`0x${bits.toString(16)}`];
  }
}

const userOf = ({ client }: CaseChange): string =>
  client === undefined ? ORG_USERS.person : ORG_USERS.integration;

const text = (value: JsonObject[string]): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);
