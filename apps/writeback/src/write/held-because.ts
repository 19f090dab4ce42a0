import type { CrmAnswer } from '@bailiwick/crm';
import { hold, type Hold } from '@bailiwick/kafka';

/** Reason of an answer that is held because others changed the record. */
export const CONFLICT = 'crm-conflict';

/** What a person has to do about an answer that the CRM did not take; null for one that was written. */
export function heldBecause(answer: Exclude<CrmAnswer, { kind: 'unavailable' }>): Hold | null {
  switch (answer.kind) {
    case 'written':
      return null;
    case 'not-found':
      return hold('crm-record-missing', 'The CRM has no such record any more.');
    case 'conflict':
      return hold(
        CONFLICT,
        'Somebody changed the record in the CRM after the mesh received it. Look at it there; release the answer to write it all the same, or discard it.',
      );
    case 'unauthorised':
      return hold('crm-refused', 'The CRM takes no credential that was lent for it, though it lets us in.');
    case 'refused': {
      const { status, code, fields } = answer;
      const why = [status === null ? null : `HTTP ${status}`, code]
        .filter((part) => part !== null)
        .join(', ');
      const which = fields.length === 0 ? '' : ` Fields: ${fields.join(', ')}.`;
      return hold('crm-refused', `The CRM refuses the write${why === '' ? '' : ` (${why})`}.${which}`);
    }
  }
}
