import { randomBytes } from 'node:crypto';
import {
  CrmRecord,
  EVENT_TYPES,
  type FieldFact,
  type FieldLabel,
  type RecordReceived,
  type TopicNames,
} from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { JsonObject } from '@bailiwick/domain';
import { emit, hold, settle, violation, type Coordinates, type Outcome, type Stage } from '@bailiwick/kafka';
import { BailiwickError, counter } from '@bailiwick/platform';
import type { EventLedger } from '../ledger/event-ledger.js';
import type { PublishedRules, Rules } from '../rules/rules.js';
import { classifyRecord } from './classify-record.js';
import { custodyFailure } from './custody-failure.js';
import type { FieldDrift } from './field-drift.js';
import { minimisedBytes, SALT_BYTES } from './minimised-record.js';

const fieldsTotal = counter('bailiwick_classified_fields_total', 'Fields by category and action.', [
  'category',
  'action',
]);

/** What the stage works with. */
export interface ClassifyParts {
  readonly region: string;
  readonly topics: TopicNames;
  readonly ledger: Pick<EventLedger, 'isFirst'>;
  readonly rules: Pick<PublishedRules, 'of'>;
  readonly custody: Custody;
  readonly drift: Pick<FieldDrift, 'note'>;
}

/** From a record as it arrived to a record that is labelled and minimal. */
export function classifyStage(parts: ClassifyParts): Stage<RecordReceived> {
  const { ledger } = parts;
  return async (record, { coordinates, event }) => {
    let rules: Rules;
    try {
      // What keeps a record for want of them is thrown before the claim: when it is released, it is no repetition.
      rules = parts.rules.of(record);
    } catch (thrown) {
      const { code, detail } = BailiwickError.from(thrown);
      // The record is sound; its purpose is not.
      if (code === 'config-invalid') return [hold(code, detail)];
      throw thrown;
    }
    // What an operator releases is the delivery that was kept, come again: it is the first one if that was.
    const delivery = deliveryIn(event.replayOf) ?? coordinates;
    if (!(await ledger.isFirst({ eventId: record.eventId, ...delivery })))
      return [settle({ kind: 'duplicate', reason: 'already-done' })];
    try {
      return await classify(record, rules, parts);
    } catch (thrown) {
      return custodyFailure(thrown);
    }
  };
}

/** The coordinates that an event names as its own earlier delivery. */
function deliveryIn(place: string | undefined): Coordinates | undefined {
  const [, topic, partition, offset] = /^(.+)\/(\d{1,9})\/(\d{1,18})$/.exec(place ?? '') ?? [];
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset) };
}

async function classify(
  record: RecordReceived,
  { purpose, listed, catalogVersion, detectors, jurisdictionsOf }: Rules,
  parts: ClassifyParts,
): Promise<readonly Outcome[]> {
  const { region, topics, custody, drift } = parts;
  const { eventId, tenant, purpose: purposeId, subject, payload, receivedAt } = record;
  if (!payload) throw new BailiwickError('record-undecodable', 'the record carries no content');

  const { object, fields } = readRecord(
    (await custody.openRecord({ eventId, tenant, subject, sealed: payload })).reveal(),
  );
  if (object !== record.object)
    throw new BailiwickError('record-undecodable', 'the sealed record is of another object');
  const pseudonymiser = await custody.pseudonymiser(tenant);
  const classified = classifyRecord(fields, {
    catalog: listed,
    purpose,
    detectors,
    pseudonym: (entity, value) => pseudonymiser.pseudonym(entity, value),
    jurisdictionsOf,
  });
  if (Object.keys(classified.fields).length === 0)
    throw new BailiwickError('event-empty', 'the purpose names no field that the record fills');

  const { bytes, digest } = minimisedBytes(object, classified.fields, randomBytes(SALT_BYTES));
  await custody.remember(tenant, subject, pseudonymiser.entries());
  const sealed = await custody.sealMinimised({ eventId, tenant, subject, plaintext: bytes });
  for (const { category, action } of classified.labels) fieldsTotal.inc({ category, action });
  const { labels, highestSensitivity, categories, subjectJurisdiction } = classified;
  return [
    emit({
      topic: topics.classified,
      type: EVENT_TYPES.classified,
      message: {
        eventId,
        tenant,
        purpose: purposeId,
        purposeVersion: purpose.version,
        object,
        subject,
        labels: [...labels],
        highestSensitivity,
        categories: [...categories],
        digest,
        payload: sealed,
        receivedAt,
        catalogVersion,
        subjectJurisdiction,
      },
      classification: highestSensitivity,
      fact: {
        kind: 'classified',
        digest,
        fields: labels.map((label) => fieldFact(label, region)),
        purposeVersion: purpose.version,
        catalogVersion,
      },
    }),
    // The record itself is minimised as the catalog and its purpose say, so it goes on.
    ...drift
      .note(tenant, object, fields, listed)
      .map(({ field, entity }) =>
        violation(
          'field-drifted',
          `${object}.${field} has begun to hold ${entity}; review the field catalog`,
        ),
      ),
  ];
}

/** Reads the sealed content; what is not a record of fields is refused without a word of what it says. */
function readRecord(bytes: Buffer): { object: string; fields: JsonObject } {
  try {
    const { object, fieldsJson } = CrmRecord.decode(bytes);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(fieldsJson);
    return { object, fields: JsonObject.parse(JSON.parse(text)) };
  } catch {
    throw new BailiwickError('record-undecodable', 'the content is not a JSON object of fields');
  }
}

function fieldFact(
  { name, category, sensitivity, action, basis, entities }: FieldLabel,
  region: string,
): FieldFact {
  const location = action === 'drop' ? `${region}, not passed on` : `${region}, sealed to subject`;
  return { name, category, sensitivity, action, basis, entities, location };
}
