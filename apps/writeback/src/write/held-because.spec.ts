import { expect, test } from 'vitest';
import { heldBecause } from './held-because.js';

test.each([
  [{ kind: 'not-found', status: 404 } as const, 'crm-record-missing', 'no such record'],
  [{ kind: 'conflict', status: 412 } as const, 'crm-conflict', 'release the answer'],
  [{ kind: 'unauthorised', status: 401 } as const, 'crm-refused', 'no credential'],
  [
    { kind: 'refused', status: 400, code: 'STRING_TOO_LONG', fields: ['Subject', 'Note__c'] } as const,
    'crm-refused',
    'The CRM refuses the write (HTTP 400, STRING_TOO_LONG). Fields: Subject, Note__c.',
  ],
  [{ kind: 'refused', status: 403, code: null, fields: [] } as const, 'crm-refused', '(HTTP 403).'],
  [
    { kind: 'refused', status: null, code: 'field-unknown', fields: ['comment'] } as const,
    'crm-refused',
    'The CRM refuses the write (field-unknown). Fields: comment.',
  ],
])('$kind is held with what a person can act on', (answer, reason, sentence) => {
  const held = heldBecause(answer);
  expect(held).toMatchObject({ kind: 'hold', reason });
  expect(held?.detail).toContain(sentence);
});

test('what was written is not held', () => {
  expect(heldBecause({ kind: 'written', status: 204 })).toBeNull();
});
