import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  UnreadableControlEntry,
  signControlEntry,
  verifyControlEntry,
  type ControlEntry,
} from './control-entry.js';
import { VerificationKey } from './trust-bundle.js';

const makeKey = (kid: string) => {
  const pair = generateKeyPairSync('ed25519');
  return {
    privateKey: pair.privateKey,
    jwk: VerificationKey.parse({ ...pair.publicKey.export({ format: 'jwk' }), kid }),
  };
};
const entry: ControlEntry<'heartbeat'> = {
  kind: 'heartbeat',
  id: 'control-plane',
  sequence: 7,
  publishedAt: '2026-11-22T10:00:00.000Z',
  body: { at: '2026-11-22T10:00:00.000Z' },
};

describe('control entries', () => {
  const trusted = makeKey('a');

  it('a signed entry is read as it was written', async () => {
    expect(
      await verifyControlEntry(await signControlEntry(entry, trusted.privateKey, 'a'), [trusted.jwk]),
    ).toEqual(entry);
  });

  it('an entry signed by another key under a trusted name is refused', async () => {
    const forged = await signControlEntry(entry, makeKey('a').privateKey, 'a');
    await expect(verifyControlEntry(forged, [trusted.jwk])).rejects.not.toThrow(UnreadableControlEntry);
  });

  it('an entry by a signer that is not trusted is refused', async () => {
    const other = makeKey('b');
    await expect(
      verifyControlEntry(await signControlEntry(entry, other.privateKey, 'b'), [trusted.jwk]),
    ).rejects.toThrow('not trusted');
  });

  it('an altered body is refused', async () => {
    const [header, , signature] = (await signControlEntry(entry, trusted.privateKey, 'a')).split('.');
    const payload = Buffer.from(JSON.stringify({ ...entry, sequence: 8 })).toString('base64url');
    await expect(verifyControlEntry(`${header}.${payload}.${signature}`, [trusted.jwk])).rejects.toThrow();
  });

  it('a body that is not of its kind is refused although it is signed', async () => {
    const wrong = { ...entry, body: { at: 'yesterday' } } as unknown as ControlEntry;
    await expect(
      verifyControlEntry(await signControlEntry(wrong, trusted.privateKey, 'a'), [trusted.jwk]),
    ).rejects.toThrow(UnreadableControlEntry);
  });
});
