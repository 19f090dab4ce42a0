import { randomUUID } from 'node:crypto';
import { Sensitive } from '@bailiwick/custody';
import { eventId, type JsonObject, type Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import type { Producer } from '../authorise/producer.js';
import type { CrmEvent } from '../event/crm-event.js';

/** CloudEvents source of what comes through the gateway. */
const SOURCE = 'urn:bailiwick:gateway';

/** Longest `Idempotency-Key`, in characters. */
const MAX_KEY = 255;

/** What is asked, whatever the form in which it came. */
export interface Asked {
  /** Alias of the model. */
  readonly model: string;
  /** Object of the record that the question becomes. */
  readonly object: string;
  /** Fields of that record. */
  readonly fields: JsonObject;
  /** How many answers are wanted. */
  readonly choices: number;
  /** Data subject, where the client names one. */
  readonly about: string | undefined;
}

/** A question as a record of which somebody waits for the answer. */
export interface Question {
  /** Alias of the model, as the client says it. */
  readonly model: string;
  readonly purpose: Purpose;
  readonly event: CrmEvent;
  /** The same for the same key of the same client. */
  readonly eventId: string;
  /** Whether its client can ask for the same answer again. */
  readonly repeatable: boolean;
}

/** What a question is made from. */
export interface QuestionParts {
  readonly asked: Asked;
  readonly purpose: Purpose;
  /** Null: every request is a question of its own. */
  readonly idempotencyKey: string | null;
}

/**
 * Makes a record of what is asked, of the same form as any other. Throws `event-invalid` for a key that is empty or too long, and for
 * more answers than the purpose gives.
 */
export function questionFor(
  { id: client, tenant }: Pick<Producer, 'id' | 'tenant'>,
  { asked: { model, object, fields, choices, about }, purpose, idempotencyKey }: QuestionParts,
): Question {
  if (idempotencyKey !== null && (idempotencyKey.length > MAX_KEY || idempotencyKey === ''))
    throw new BailiwickError('event-invalid', `an Idempotency-Key has 1 to ${MAX_KEY} characters`);
  if (choices > 1 && purpose.writeback.mapping['alternatives'] === undefined)
    throw new BailiwickError('event-invalid', 'the purpose gives one answer to a question: leave n out', {
      extensions: { param: 'n' },
    });
  const own = randomUUID();
  const sourceId = JSON.stringify([client, idempotencyKey ?? own]);
  const event: CrmEvent = {
    source: SOURCE,
    sourceId: new Sensitive(sourceId),
    purpose: purpose.id,
    object,
    // A question that names nobody is about itself, and its erasure erases nothing else.
    recordId: new Sensitive(about ?? own),
    fieldsJson: new Sensitive(Buffer.from(JSON.stringify(fields))),
    occurredAt: null,
    traceparent: null,
  };
  const repeatable = idempotencyKey !== null;
  return { model, purpose, event, eventId: eventId(tenant, SOURCE, sourceId), repeatable };
}
