import { expect, test } from 'vitest';
import { FieldHistory } from '../lineage/field-history.js';
import { noPaint } from '../print/style.js';
import { renderFields } from './render-fields.js';

const HISTORY = FieldHistory.parse({
  eventId: 'evt_1',
  tenant: 'atlas',
  purpose: 'case-digest',
  object: 'Case',
  classifiedIn: { region: 'eu-central', jurisdiction: 'eu' },
  purposeVersion: 3,
  catalogVersion: 2,
  decision: {
    outcome: 'allow',
    toJurisdiction: 'us',
    pool: 'us-shared',
    transferBasis: 'scc',
    profileVersion: 4,
    policyDigest: 'p1',
    receiptDigest: 'ab12',
  },
  fields: [
    {
      name: 'Subject',
      category: 'free-text',
      sensitivity: 'Internal',
      action: 'keep',
      found: { PERSON: 2 },
      lay: 'eu-central, sealed to subject',
      given: 'kept-in-part',
      crossed: [{ fromJurisdiction: 'eu', toJurisdiction: 'us', basis: 'scc' }],
    },
  ],
  answer: { pool: 'us-shared', model: 'digest-small', drewOn: ['Subject'] },
  writtenBack: { target: 'sample-crm', object: 'Case', fields: ['Priority'] },
  notTold: ['Which written field draws on which of the given ones is not known.'],
});

test('a record field by field: as what it was given, where it crossed, under which decision, and what nobody knows', () => {
  expect(renderFields(HISTORY, noPaint)).toEqual([
    'evt_1  Case of tenant atlas for purpose case-digest',
    'classified in eu-central (eu), by purpose version 3 and catalog version 2',
    'decided: allow for pool us-shared in us on basis scc, by profile version 4 and policy p1',
    'receipt: SHA-256 ab12',
    '',
    'FIELD    CATEGORY   SENSITIVITY  ACTION  FOUND IN IT  GIVEN AS      CROSSED         LAY',
    'Subject  free-text  Internal     keep    PERSON 2     kept-in-part  eu -> us (scc)  eu-central, sealed to subject',
    '',
    'answered by digest-small in pool us-shared, from Subject',
    'written back to sample-crm, Case: Priority',
    '',
    'Not told:',
    '  Which written field draws on which of the given ones is not known.',
  ]);
});

test('a cell that classified nothing shows no fields, and invents none', () => {
  const visited = {
    ...HISTORY,
    classifiedIn: null,
    fields: [],
    answer: { ...HISTORY.answer!, drewOn: [] },
    writtenBack: null,
  };
  const text = renderFields(visited, noPaint).join('\n');
  expect(text).not.toContain('FIELD');
  expect(text).toContain('from fields that are not known here');
});
