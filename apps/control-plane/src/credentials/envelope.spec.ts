import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Envelope } from './envelope.js';
import { decrypt, encrypt, type KeyProvider } from './key-provider.js';

const provider = (): KeyProvider => {
  const key = randomBytes(32);
  return {
    wrap: async (dataKey, context) => encrypt(key, dataKey, context),
    unwrap: async (wrapped, context) => decrypt(key, wrapped, context),
  };
};
const envelope = new Envelope(provider());

test('F5 a secret opens for what it was sealed for, and is nowhere in what is stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 12 }), fc.string(), fc.string(), async (secret, one, other) => {
      const sealed = await envelope.seal(secret, one);
      expect(sealed).not.toContain(secret);
      expect(sealed).not.toContain(Buffer.from(secret).toString('base64url'));
      expect(await envelope.open(sealed, one)).toBe(secret);
      if (one !== other)
        await expect(envelope.open(sealed, other)).rejects.toMatchObject({ code: 'internal' });
    }),
    { numRuns: 50 },
  );
});

test('F5 a changed bit, or another key provider, opens nothing', async () => {
  const sealed = await envelope.seal('the key of a connected app', 'crm-key/atlas');
  const bytes = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
  await fc.assert(
    fc.asyncProperty(fc.nat(1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (part, at, flip) => {
      const changed = bytes.map((each) => Buffer.from(each));
      const chosen = changed[part]!;
      chosen[at % chosen.length]! ^= flip;
      const text = changed.map((each) => each.toString('base64url')).join('.');
      await expect(envelope.open(text, 'crm-key/atlas')).rejects.toMatchObject({ code: 'internal' });
    }),
    { numRuns: 100 },
  );
  await expect(new Envelope(provider()).open(sealed, 'crm-key/atlas')).rejects.toMatchObject({
    code: 'internal',
  });
});
