import { Action, type OperatorCommand, type TopicNames, type VerificationKey } from '@bailiwick/contracts';
import type { CellOpener } from '@bailiwick/custody';
import type { CellSpec } from '@bailiwick/domain';
import {
  deadLetter,
  settle,
  violation,
  type Coordinates,
  type Outcome,
  type RecordAttributes,
  type Stage,
} from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { custodyFailure } from '../route/custody-failure.js';
import type { ControlState } from '../route/decision-maker.js';
import type { CommandLedger } from './command-ledger.js';
import { keptRecord, keptTopics, recordType, type KeptRecord } from './kept-record.js';
import { because, releasePermission } from './release-permission.js';

/** What carrying out a command works with. */
export interface OperationsParts {
  readonly cell: CellSpec;
  readonly topics: TopicNames;
  readonly control: Pick<ControlState, 'ready' | 'get'>;
  /** Keys of the control-plane, which signs what people of a tenant approve. */
  readonly approvers: readonly VerificationKey[];
  readonly ledger: Pick<CommandLedger, 'isFirst'>;
  readonly opener: Pick<CellOpener, 'openFromCell'>;
  /** Reads one message of a topic of this cell; null when there is none at these coordinates. */
  readonly read: (at: Coordinates) => Promise<Parameters<typeof keptRecord>[2] | null>;
  readonly now?: () => number;
}

const NAME = /^[A-Za-z0-9._@-]{1,64}$/;
const REFERENCE = /^[A-Za-z0-9._@#:/-]{0,64}$/;

/**
 * Carries out what operators command about records that wait. A record that is released goes back to where it was consumed, as
 * it was, and is judged there anew: a command lets nothing pass, it only has it looked at again. Only this router may write there,
 * so who may command still cannot put a record of his own into the mesh. A record is settled once, so the approval of a release
 * is good once: released and held again, it lies at other coordinates.
 */
export const operationsStage =
  (parts: OperationsParts): Stage<OperatorCommand> =>
  async (command, { coordinates }) => {
    const { action, topic, partition, offset, by, reference } = command;
    if (!NAME.test(by) || !REFERENCE.test(reference))
      throw new BailiwickError(
        'query-invalid',
        'by or reference is longer or holds other characters than it may',
      );
    if (action !== Action.ACTION_RELEASE && action !== Action.ACTION_DISCARD)
      throw new BailiwickError('query-invalid', 'the command does not say what is to be done');
    if (!keptTopics(parts.topics).has(topic))
      throw new BailiwickError(
        'query-invalid',
        'the command names no topic on which this cell keeps records',
      );
    const kept = { topic, partition, offset };
    const message = await parts.read(kept);
    const record = message && keptRecord(topic, parts.topics, message);
    if (!record || record.eventId !== command.eventId || record.tenant !== command.tenant)
      return [deadLetter('record-unknown', 'no such record of this event and tenant is kept there')];
    const isFirst = (): Promise<boolean> => parts.ledger.isFirst({ kept, command: coordinates });
    if (action === Action.ACTION_DISCARD)
      return (await isFirst())
        ? [settle({ kind: 'discarded', reason: because(`by ${by}`, reference) })]
        : done;
    const { control, approvers, cell, now = Date.now } = parts;
    if (!control.ready)
      throw new BailiwickError('control-not-ready', 'the control topics have not been read to their end yet');
    const ground = {
      region: cell.region,
      profile: control.get('profile', record.tenant),
      keys: approvers,
      now: now(),
    };
    const permission = await releasePermission(command, ground);
    // Before the claim: what is refused settles nothing.
    if (!permission.ok) {
      const { code, detail } = permission.refusal;
      return [deadLetter(code, detail), violation(code, detail)];
    }
    return (await isFirst()) ? release(record, permission.why, parts) : done;
  };

const done: readonly Outcome[] = [settle({ kind: 'duplicate', reason: 'already-done' })];

const attributesOf = ({ eventId, tenant, event: { purpose, subject } }: KeptRecord): RecordAttributes => ({
  eventId,
  tenant,
  purpose,
  object: '',
  subject,
});

/** Where a record is judged anew: where it was consumed, and what a pool was asked at its router, since no pool can open what was kept of it. */
const placeAnew = (consumed: string, cell: CellSpec, topics: TopicNames): string =>
  cell.pools.some(({ id }) => topics.request(id) === consumed) ? topics.returned : consumed;

async function release(
  record: KeptRecord,
  reason: string,
  { cell, topics, opener }: OperationsParts,
): Promise<readonly Outcome[]> {
  const { source, original, eventId, event } = record;
  const type = recordType(source.topic, cell, topics);
  if (!type) return [deadLetter('query-invalid', 'nothing can be put back to where this record came from')];
  if (original === null)
    return [
      deadLetter('record-too-large', 'the record was too large to be kept; its source has to send it again'),
    ];
  let value: Uint8Array;
  try {
    value = Buffer.isBuffer(original) ? original : (await opener.openFromCell(eventId, original)).reveal();
  } catch (thrown) {
    return custodyFailure(thrown);
  }
  return [
    {
      kind: 'emit',
      topic: placeAnew(source.topic, cell, topics),
      message: { type: type.type, contentType: type.contentType, value },
      attributes: attributesOf(record),
      classification: event.classification,
      replayOf: source,
      fact: { kind: 'released', reason },
    },
  ];
}
