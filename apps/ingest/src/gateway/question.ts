import { randomUUID } from 'node:crypto';
import { questionOf, takeApart, type ChatRequest } from '@bailiwick/chat';
import { Sensitive } from '@bailiwick/custody';
import { CHAT_OBJECT, eventId, type Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import type { Producer } from '../authorise/producer.js';
import type { CrmEvent } from '../event/crm-event.js';

/** CloudEvents source of what comes through the gateway. */
const SOURCE = 'urn:bailiwick:gateway';

/** Longest `Idempotency-Key`, in characters. */
const MAX_KEY = 255;

/** A question as a record of which somebody waits for the answer. */
export interface Question {
  readonly request: ChatRequest;
  readonly purpose: Purpose;
  readonly event: CrmEvent;
  /** The same for the same key of the same client. */
  readonly eventId: string;
  /** Whether its client can ask for the same answer again. */
  readonly repeatable: boolean;
}

/** What a question is made from. */
export interface Asked {
  readonly request: ChatRequest;
  readonly purpose: Purpose;
  /** Null: every request is a question of its own. */
  readonly idempotencyKey: string | null;
}

/** Makes a record of a chat, of the same form as any other. Throws `event-invalid` for a key that is empty or too long. */
export function questionFor(
  { id: client, tenant }: Pick<Producer, 'id' | 'tenant'>,
  { request, purpose, idempotencyKey }: Asked,
): Question {
  if (idempotencyKey !== null && (idempotencyKey.length > MAX_KEY || idempotencyKey === ''))
    throw new BailiwickError('event-invalid', `an Idempotency-Key has 1 to ${MAX_KEY} characters`);
  const own = randomUUID();
  const sourceId = JSON.stringify([client, idempotencyKey ?? own]);
  const event: CrmEvent = {
    source: SOURCE,
    sourceId: new Sensitive(sourceId),
    purpose: purpose.id,
    object: CHAT_OBJECT,
    // A question that names nobody is about itself, and its erasure erases nothing else.
    recordId: new Sensitive(request.safety_identifier ?? request.user ?? own),
    fieldsJson: new Sensitive(Buffer.from(JSON.stringify(takeApart(questionOf(request))))),
    occurredAt: null,
    traceparent: null,
  };
  const repeatable = idempotencyKey !== null;
  return { request, purpose, event, eventId: eventId(tenant, SOURCE, sourceId), repeatable };
}
