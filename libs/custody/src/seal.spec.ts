import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshBytes } from './aead.js';
import { CellOpener, CellSealer } from './cell-seal.js';
import type { CellKeyProvider } from './cell-key-provider.js';
import { agree, generateKeyPair, rawPublicKey, readPrivateKey, readPublicKey } from './key-agreement.js';
import { PoolKey } from './pool-key.js';
import { openContent, poolRecipient, resultKey, sealToSubject, unwrapForSubject } from './seal.js';
import { dataKeyAssociatedData } from './associated-data.js';
import { SealingSessions } from './sealed-session.js';
import { Sensitive } from './sensitive.js';

const key = { id: freshBytes(8), key: freshBytes(32), recordId: new Sensitive('500') };
const whose = { eventId: 'evt_1', tenant: 'atlas', subject: 'k7q2m4x6p3abk7q2' };

function cellKeys(): Pick<CellKeyProvider, 'publicKey' | 'agree'> {
  const privateKey = readPrivateKey(generateKeyPair().privateKey);
  return {
    publicKey: rawPublicKey(privateKey),
    agree: async (encapsulated) => agree(privateKey, readPublicKey(encapsulated)),
  };
}

function requestFor(pool: string, publicKey: string, plaintext: Uint8Array) {
  const sealed = sealToSubject(key, 'minimised', whose, plaintext);
  const recipient = poolRecipient(pool);
  const dataKey = unwrapForSubject(key, whose, sealed.wrappedKey);
  const wrappedKey = new SealingSessions().wrap(
    recipient,
    publicKey,
    dataKeyAssociatedData(recipient, whose),
    dataKey,
  );
  return { ...whose, payload: { ...sealed, recipient, wrappedKey }, homeWrappedKey: sealed.wrappedKey };
}

describe('sealing', { timeout: 60_000 }, () => {
  it('opens to the same bytes, whatever they are, and never makes the same ciphertext twice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const sealed = sealToSubject(key, 'record', whose, bytes);
        const dataKey = unwrapForSubject(key, whose, sealed.wrappedKey);
        expect(openContent(dataKey, 'record', whose, sealed)).toEqual(Buffer.from(bytes));
        expect(sealToSubject(key, 'record', whose, bytes).ciphertext).not.toEqual(sealed.ciphertext);
      }),
    );
  });

  it('never mistakes one event, tenant or subject for another by moving a boundary between them', () => {
    const sealed = sealToSubject(
      key,
      'record',
      { eventId: 'a', tenant: 'bc', subject: 'd' },
      Buffer.from('x'),
    );
    expect(() =>
      unwrapForSubject(key, { eventId: 'ab', tenant: 'c', subject: 'd' }, sealed.wrappedKey),
    ).toThrow(expect.objectContaining({ code: 'seal-broken' }));
  });

  it('of a kilobyte and its opening take well under 100 µs', () => {
    const kilobyte = freshBytes(1024);
    const micros = (): number => {
      const started = process.threadCpuUsage();
      for (let round = 0; round < 2000; round++) {
        const sealed = sealToSubject(key, 'record', whose, kilobyte);
        openContent(unwrapForSubject(key, whose, sealed.wrappedKey), 'record', whose, sealed);
      }
      return process.threadCpuUsage(started).user / 2000;
    };
    // The first round warms up. Time on a processor: what else the machine does must not count.
    micros();
    expect(micros()).toBeLessThan(100);
  });
});

describe('a pool', () => {
  const pair = generateKeyPair();

  it('opens what is sealed to it and seals an answer that home can open', async () => {
    const request = requestFor('eu-shared', pair.publicKey, Buffer.from('content'));
    const opened = await new PoolKey('eu-shared', pair.privateKey).open(request);
    expect(opened.plaintext.reveal().toString()).toBe('content');
    const result = opened.sealResult(Buffer.from('answer'));
    const dataKey = unwrapForSubject(key, whose, result.wrappedKey);
    expect(openContent(resultKey(dataKey), 'result', whose, result).toString()).toBe('answer');
    expect(() => openContent(dataKey, 'result', whose, result)).toThrow();
  });

  it('opens nothing of another pool, neither by name nor by key', async () => {
    const request = requestFor('eu-shared', pair.publicKey, Buffer.from('content'));
    const other = new PoolKey('eu-nordlicht', generateKeyPair().privateKey);
    await expect(other.open(request)).rejects.toMatchObject({ code: 'wrong-recipient' });
    const liar = new PoolKey('eu-shared', generateKeyPair().privateKey);
    await expect(liar.open(request)).rejects.toMatchObject({ code: 'seal-broken' });
    const renamed = { ...request, payload: { ...request.payload, recipient: poolRecipient('eu-nordlicht') } };
    const sameKey = new PoolKey('eu-nordlicht', pair.privateKey);
    await expect(sameKey.open(renamed)).rejects.toMatchObject({ code: 'seal-broken' });
  });

  it.each(['eventId', 'tenant', 'subject'] as const)(
    'refuses a request that was moved to another %s',
    async (name) => {
      const request = requestFor('eu-shared', pair.publicKey, Buffer.from('content'));
      const moved = { ...request, [name]: 'other' };
      await expect(new PoolKey('eu-shared', pair.privateKey).open(moved)).rejects.toMatchObject({
        code: 'seal-broken',
      });
    },
  );

  it('refuses an encapsulated key of small order', async () => {
    const request = requestFor('eu-shared', pair.publicKey, Buffer.from('content'));
    const wrappedKey = Buffer.from(request.payload.wrappedKey).fill(0, 1, 33);
    const planted = { ...request, payload: { ...request.payload, wrappedKey } };
    await expect(new PoolKey('eu-shared', pair.privateKey).open(planted)).rejects.toMatchObject({
      code: 'seal-broken',
    });
  });

  it('costs the router one key agreement a session, not one a record', () => {
    const sessions = new SealingSessions();
    const dataKey = freshBytes(32);
    const wrap = () => sessions.wrap('pool/p', pair.publicKey, Buffer.from('x'), dataKey);
    const [first, second] = [wrap(), wrap()];
    expect(first.subarray(1, 33)).toEqual(second.subarray(1, 33));
    expect(first.subarray(33)).not.toEqual(second.subarray(33));
    expect(
      new SealingSessions().wrap('pool/p', pair.publicKey, Buffer.from('x'), dataKey).subarray(1, 33),
    ).not.toEqual(first.subarray(1, 33));
  });
});

describe('a dead letter', () => {
  it('is sealed with a public key, and opened by the operator of that cell only', async () => {
    const keys = cellKeys();
    const sealer = new CellSealer('eu-central', Buffer.from(keys.publicKey).toString('base64url'));
    const sealed = sealer.sealToCell('evt_1', Buffer.from('broken bytes'));
    const opener = new CellOpener('eu-central', keys);
    expect((await opener.openFromCell('evt_1', sealed)).reveal().toString()).toBe('broken bytes');
    await expect(opener.openFromCell('evt_2', sealed)).rejects.toMatchObject({ code: 'seal-broken' });
    const elsewhere = new CellOpener('us-east', keys);
    await expect(elsewhere.openFromCell('evt_1', sealed)).rejects.toMatchObject({ code: 'wrong-recipient' });
    const thief = new CellOpener('eu-central', cellKeys());
    await expect(thief.openFromCell('evt_1', sealed)).rejects.toMatchObject({ code: 'seal-broken' });
  });
});
