import type { Lease } from '@bailiwick/crm';
import type { CredentialStanding } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import { beforeEach, expect, test } from 'vitest';

import { Leases, type Held, type StandingReader } from './leases.js';

const HELD: Held = {
  tenant: 'atlas',
  cell: 'eu-central',
  purpose: 'case-triage',
  object: 'Case',
  connection: 'crm',
};
const LIFETIME_MS = 300_000;

let now = 0;
let borrowed: Lease[] = [];
let fails: BailiwickError | null = null;
let standing: CredentialStanding | undefined;
let unreadable = false;
let changed: () => void = () => undefined;
let leases: Leases;

const stand = (revoked: boolean, endedBefore: number): void => {
  const at = new Date(endedBefore).toISOString();
  standing = { tenant: 'atlas', connection: 'crm', revoked, endedBefore: at };
  changed();
};

beforeEach(() => {
  now = 1_000_000;
  borrowed = [];
  fails = null;
  standing = undefined;
  unreadable = false;
  const source = {
    borrow: async (): Promise<Lease> => {
      if (fails) throw fails;
      const lease = {
        id: `lease_${borrowed.length + 1}`,
        audience: 'https://crm',
        mintedAt: now,
        lifetimeMs: LIFETIME_MS,
        credential: { reveal: () => 'secret' },
        instanceUrl: null,
        account: null,
      };
      borrowed.push(lease);
      return lease;
    },
  };
  const control = {
    get: () => standing,
    unreadable: () => unreadable,
    onChange: (listener: () => void) => (changed = listener),
  } as unknown as StandingReader;
  leases = new Leases(source, control, () => now);
});

test('F5 writes of one kind share a lease, others do not', async () => {
  const [first, second] = await Promise.all([leases.lease(HELD, 'r'), leases.lease(HELD, 'r')]);
  expect(second).toBe(first);
  expect(await leases.lease({ ...HELD, object: 'Account' }, 'r')).not.toBe(first);
  expect(await leases.lease({ ...HELD, purpose: 'other' }, 'r')).not.toBe(first);
  expect(borrowed).toHaveLength(3);
});

test('F5 a lease is not used up to its very end, and never after it', async () => {
  await leases.lease(HELD, 'r');
  now += LIFETIME_MS - 15_001;
  await leases.lease(HELD, 'r');
  expect(borrowed).toHaveLength(1);
  now += 1;
  await leases.lease(HELD, 'r');
  expect(borrowed).toHaveLength(2);
});

test('F5 one that the CRM takes no more is forgotten, a newer one is not', async () => {
  const old = await leases.lease(HELD, 'r');
  leases.drop(HELD, old);
  now += 1;
  const next = await leases.lease(HELD, 'r');
  leases.drop(HELD, old);
  expect(await leases.lease(HELD, 'r')).toBe(next);
});

test('F5 what security ended is let go at once, before anybody asks for it', async () => {
  await leases.lease(HELD, 'r');
  stand(false, now + 1);
  expect(leases.size).toBe(0);
  now += 2;
  expect((await leases.lease(HELD, 'r')).id).toBe('lease_2');
});

test('F5 nothing is lent while the connection is revoked, or while what was said of it is not understood', async () => {
  await leases.lease(HELD, 'r');
  stand(true, now + 1);
  expect(leases.size).toBe(0);
  await expect(leases.lease(HELD, 'r')).rejects.toMatchObject({ code: 'credential-revoked' });
  stand(false, now + 1);
  now += 2;
  await leases.lease(HELD, 'r');
  unreadable = true;
  await expect(leases.lease(HELD, 'r')).rejects.toMatchObject({ code: 'credential-revoked' });
});

test('F5 one that ended while it was being borrowed is not used', async () => {
  const asking = leases.lease(HELD, 'r');
  stand(false, now + 1);
  await expect(asking).rejects.toMatchObject({ code: 'credential-unavailable' });
  now += 2;
  expect((await leases.lease(HELD, 'r')).id).toBe('lease_2');
});

test('F5 a refusal is not remembered', async () => {
  fails = new BailiwickError('credential-unavailable', 'away');
  await expect(leases.lease(HELD, 'r')).rejects.toMatchObject({ code: 'credential-unavailable' });
  fails = null;
  expect((await leases.lease(HELD, 'r')).id).toBe('lease_1');
});
