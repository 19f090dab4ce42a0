import { ErasureCertificate, topicCatalogue } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { expect, test } from 'vitest';
import { certificateOf, type Certified } from './certificate.js';

const cell = CellSpec.parse({
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 4,
  lanes: 2,
  borders: ['us'],
  pools: [{ id: 'eu-shared', dedicatedTo: null, models: ['m'] }],
});
const certified: Certified = {
  cell,
  issuer: 'spiffe://bailiwick.local/eu-central/writeback',
  request: {
    eventId: 'evt_1',
    tenant: 'atlas',
    source: '/hubspot',
    object: 'Contact',
    subject: 'abcdefghijklmnop',
    producer: 'webhook/hubspot',
    requestedAt: undefined,
    receivedAt: undefined,
    order: '',
  },
  erased: {
    request: 'evt_1',
    tenant: 'atlas',
    subject: 'abcdefghijklmnop',
    keys: 1,
    pseudonyms: 3,
    erasedAt: new Date('2026-11-23T12:00:00Z'),
  },
  pools: [
    { id: 'us-shared', jurisdiction: 'us' },
    { id: 'in-shared', jurisdiction: 'in' },
  ],
};

test('R6 a certificate names every place of the cell that holds what records say, and of the cells to which some went', () => {
  const { covers, ...rest } = ErasureCertificate.parse(certificateOf(certified));
  const places = new Map(covers.map(({ place, state }) => [place, state]));
  for (const { name, opens } of topicCatalogue(cell)) expect(places.has(name), name).toBe(opens !== 'nobody');
  expect(places.get('eu.crm.record.v1')).toBe('key-destroyed');
  expect(places.get('us.inference.request.us-shared.v1')).toBe('open-to-pool');
  expect([...places.keys()].filter((place) => place.startsWith('in.'))).toEqual([]);
  expect(places.get('custody.pseudonym')).toBe('deleted');
  expect(rest).toMatchObject({ keys: 1, pseudonyms: 3, forgottenBy: '2026-11-23T12:01:00.000Z' });
});

test('R6 it says until when a pool can open something, which is until the last such place is empty', () => {
  const { covers, closedBy } = certificateOf(certified);
  const open = covers.flatMap(({ state, goneBy }) => (state === 'open-to-pool' ? [goneBy] : []));
  expect(open).toContain(closedBy);
  expect(open.every((goneBy) => goneBy !== null && goneBy <= closedBy)).toBe(true);
});

test('R6 the same erasure has the same certificate', () => {
  expect(certificateOf(structuredClone(certified))).toEqual(certificateOf(certified));
});
