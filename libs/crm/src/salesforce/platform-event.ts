import { JsonObject } from '@bailiwick/domain';
import { z } from 'zod';
import type { CrmChange } from '../crm-source.js';
import { RECORD_ID } from './change-event.js';

/** What every platform event has beside its own fields. */
const Members = z.looseObject({ CreatedDate: z.int().nonnegative(), CreatedById: z.string() });

/**
 * Reads a platform event: all its fields are its content, and none of them is unchanged. It is about the record that the given field
 * names; an event without such a field is a record by itself. Throws when the event is none.
 */
export function readPlatformEvent(
  payload: Readonly<Record<string, unknown>>,
  object: string,
  recordField: string | null,
  eventId: string,
): CrmChange {
  const { CreatedDate, CreatedById: _author, ...own } = Members.parse(payload);
  const fields = JsonObject.parse(JSON.parse(JSON.stringify(own)));
  const named = recordField === null ? eventId : fields[recordField];
  const isId = typeof named === 'string' && (recordField === null ? named !== '' : RECORD_ID.test(named));
  if (!isId) throw new TypeError('an event about no record');
  return { sourceId: eventId, object, recordId: named, fields, occurredAt: new Date(CreatedDate) };
}
