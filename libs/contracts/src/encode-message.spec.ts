import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage } from './encode-message.js';
import { Fact } from './gen/bailiwick/lineage/v1/fact.js';

const facts = fc
  .record({ factId: fc.string(), reason: fc.string({ maxLength: 3000 }), digest: fc.uint8Array() })
  .map(({ digest, ...rest }) => Fact.fromPartial({ ...rest, digest: Buffer.from(digest) }));

describe('the bytes of a message', () => {
  it('are those that a writer of its own makes, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 8 }), (all) => {
        const written = all.map((fact) => encodeMessage(Fact, fact));
        const alone = all.map((fact) => Fact.encode(fact).finish());
        expect(written.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
          alone.map((bytes) => Buffer.from(bytes).toString('hex')),
        );
      }),
    );
  });

  it('are whole after a message that could not be written', () => {
    const fact = Fact.fromPartial({ factId: 'evt_1', purposeVersion: 7 });
    const before = Buffer.from(encodeMessage(Fact, fact));
    expect(() => encodeMessage(Fact, { ...fact, catalogVersion: -1 })).toThrow();
    expect(Buffer.from(encodeMessage(Fact, fact))).toEqual(before);
  });

  it('do not change when the next ones are written, and large ones are written as well', () => {
    const large = Fact.fromPartial({ reason: 'x'.repeat(300_000) });
    const first = encodeMessage(Fact, large);
    const copy = Buffer.from(first);
    encodeMessage(Fact, Fact.fromPartial({ reason: 'y'.repeat(200_000) }));
    expect(Buffer.compare(first, copy)).toBe(0);
    expect(Fact.decode(first).reason).toHaveLength(300_000);
  });
});
