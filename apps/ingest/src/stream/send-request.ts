import type { SendRequest } from '@bailiwick/contracts';
import { EVENT_MEMBERS, invalidMember, readJson } from '@bailiwick/crm';
import { Sensitive } from '@bailiwick/custody';
import { z } from 'zod';
import type { CrmEvent } from '../event/crm-event.js';

import { checkFields } from '../event/record-fields.js';

const Members = z.object({
  source: EVENT_MEMBERS.source,
  id: EVENT_MEMBERS.sourceId,
  object: EVENT_MEMBERS.object,
  recordId: EVENT_MEMBERS.recordId,
  purpose: z.union([z.literal('').transform(() => null), EVENT_MEMBERS.purpose]),
});

/** Reads one record of a stream. Throws `event-invalid`, `event-empty`, `body-not-utf8` or `body-not-json`. */
export function readSendRequest(request: SendRequest): CrmEvent {
  const parsed = Members.safeParse(request);
  if (!parsed.success) throw invalidMember(parsed.error, Object.keys(Members.shape));
  const { source, id, object, recordId, purpose } = parsed.data;
  checkFields(readJson(request.fieldsJson));
  return {
    source,
    sourceId: new Sensitive(id),
    purpose,
    object,
    recordId: new Sensitive(recordId),
    fieldsJson: new Sensitive(request.fieldsJson),
    occurredAt: request.occurredAt ?? null,
    traceparent: null,
  };
}
