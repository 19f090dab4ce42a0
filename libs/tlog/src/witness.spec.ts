import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCosignatures, formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
import { openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { cosignatureMessage, splitCosignature } from './cosignature.js';
import { splitNote } from './note.js';
import { sampleLog } from './naive-tree.test-kit.js';
import { proveConsistency } from './prove.js';
import {
  headAt,
  logKey,
  ORIGIN,
  outsideWitnessKey,
  reasonOf,
  signedHead,
  strangersKey,
  TIME,
  valueOf,
  witnessKey,
} from './signed-log.test-kit.js';
import { VerifierKey } from './verifier-key.js';
import type { TreeHead } from './verify-proof.js';
import { witnessCheckpoint, type WitnessVerdict } from './witness.js';

const logKeys = [logKey.verifier];
const log = sampleLog(300, 400);
const [at0, at300, at400] = [headAt(0), headAt(300), headAt(400)];
const proof = await proveConsistency(log.read, 300, 400);

/** Asks a witness that saw `latest`; by default a good request from 300 to 400. */
function ask(
  latest: TreeHead | undefined,
  differs: { oldSize?: number; proof?: Uint8Array[]; note?: string; known?: boolean } = {},
): WitnessVerdict {
  const body = formatAddCheckpoint({ oldSize: 300, proof, note: signedHead(at400), ...differs });
  const request = valueOf(parseAddCheckpoint(body));
  return witnessCheckpoint({
    request,
    logKeys: differs.known === false ? undefined : logKeys,
    latest,
    key: witnessKey,
    time: TIME,
  });
}
const answered = (verdict: WitnessVerdict): (string | number)[] => [reasonOf(verdict), verdict.status];

describe('a witness', () => {
  it('cosigns a checkpoint that continues the one before, and the log can add that to its own', () => {
    const verdict = ask(at300);
    expect(verdict).toMatchObject({ ok: true, latest: { size: 400 } });
    const note = signedHead(at400);
    const cosigned = valueOf(addCosignatures(note, verdict.body, [witnessKey.verifier]));
    expect(cosigned).toBe(note + verdict.body);
    const opened = valueOf(openCheckpoint(cosigned, ORIGIN, [...logKeys, witnessKey.verifier]));
    expect(opened.note.signatures.map(({ name, time }) => [name, time])).toEqual([
      [ORIGIN, undefined],
      [witnessKey.name, TIME],
    ]);
    expect(reasonOf(openCheckpoint(cosigned, ORIGIN, [witnessKey.verifier]))).toBe('note-unsigned');
    expect(reasonOf(addCosignatures(note, verdict.body, [outsideWitnessKey.verifier]))).toBe(
      'cosignature-none',
    );
    expect(valueOf(addCosignatures(cosigned, verdict.body, [witnessKey.verifier]))).toBe(cosigned);
    const later = verdict.body.replace(/.{6}=*\n$/, 'AAAAA=\n');
    expect(reasonOf(addCosignatures(note, later, [witnessKey.verifier]))).not.toBe('ok');
  });

  it('may answer anything: the log adds nothing that does not verify', () => {
    const note = signedHead(at400);
    const { body } = ask(at300);
    fc.assert(
      fc.property(fc.string(), fc.nat(body.length), fc.nat(2), (any, at, cut) => {
        for (const answer of [any, `${body.slice(0, at)}${any}${body.slice(at + cut)}`]) {
          const added = addCosignatures(note, answer, [witnessKey.verifier]);
          if (added.ok) expect(added.value).toBe(note + body);
        }
      }),
    );
  });

  it('cosigns the first checkpoint it sees, the empty one, and the same one again', () => {
    const first = { oldSize: 0, proof: [] };
    expect(answered(ask(undefined, first))).toEqual(['ok', 200]);
    expect(answered(ask(undefined, { ...first, note: signedHead(at0) }))).toEqual(['ok', 200]);
    expect(answered(ask(at400, { oldSize: 400, proof: [] }))).toEqual(['ok', 200]);
  });

  it('declines as C2SP tlog-witness says, with the reason', () => {
    const fork = signedHead({ size: 400, root: at300.root });
    const back = signedHead(at300);
    expect(answered(ask(at300, { known: false }))).toEqual(['unknown-origin', 404]);
    expect(answered(ask(at300, { note: signedHead(at400, strangersKey) }))).toEqual(['bad-signature', 403]);
    const forged = signedHead(at400).replace('\n400\n', '\n401\n');
    expect(answered(ask(at300, { note: forged }))).toEqual(['bad-signature', 403]);
    expect(answered(ask(at400, { note: back, oldSize: 400 }))).toEqual(['rolled-back', 400]);
    expect(answered(ask(at400, { note: back, oldSize: 0 }))).toEqual(['rolled-back', 409]);
    expect(answered(ask(at300, { oldSize: 401 }))).toEqual(['size-reversed', 400]);
    expect(answered(ask(at400))).toEqual(['conflict', 409]);
    expect(ask(at400).body).toBe('400\n');
    expect(ask(undefined).body).toBe('0\n');
    expect(answered(ask(at400, { note: fork, oldSize: 400, proof: [] }))).toEqual(['forked', 422]);
    expect(answered(ask(at400, { note: fork }))).toEqual(['forked', 409]);
    expect(answered(ask(at300, { note: fork }))).toEqual(['bad-proof', 422]);
    expect(answered(ask(at300, { proof: proof.slice(1) }))).toEqual(['bad-proof', 422]);
    expect(answered(ask(undefined, { oldSize: 0 }))).toEqual(['bad-proof', 422]);
    expect(
      answered(ask(undefined, { oldSize: 0, proof: [], note: signedHead({ size: 0, root: at300.root }) })),
    ).toEqual(['forked', 422]);
  });

  it('needs a key that is for cosignatures', () => {
    const request = valueOf(
      parseAddCheckpoint(formatAddCheckpoint({ oldSize: 300, proof, note: signedHead(at400) })),
    );
    expect(() => witnessCheckpoint({ request, logKeys, latest: at300, key: logKey, time: TIME })).toThrow(
      TypeError,
    );
    expect(() => witnessKey.sign('text\n')).toThrow(TypeError);
  });

  it('stamps the time where C2SP tlog-cosignature has it', () => {
    // The example of the specification; it does not publish its keys.
    const example = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
    const { text, claimed } = splitNote(example) ?? { text: '', claimed: [] };
    expect(valueOf(parseCheckpoint(text))).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
    });
    expect(claimed.map(({ signature }) => signature.length)).toEqual([64, 72]);
    expect(splitCosignature(claimed[1]?.signature ?? new Uint8Array())?.time).toBe(1_679_315_147);
    expect(cosignatureMessage(text, 1_679_315_147).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    );
  });

  it('verifies the cosignatures of others', () => {
    // The same key cited for notes has another id, and signs other bytes.
    const plain = valueOf(VerifierKey.of(witnessKey.name, 'note', witnessKey.verifier.publicKey));
    expect(plain.id).not.toBe(witnessKey.verifier.id);
    expect(Buffer.from(witnessKey.verifier.vkey.split('+')[2] ?? '', 'base64')[0]).toBe(4);
    expect(plain.verify('text\n', witnessKey.cosign('text\n', TIME))).toBe(false);
    expect(witnessKey.verifier.verify('text\n', witnessKey.cosign('text\n', TIME))).toBe(true);
    expect(witnessKey.verifier.verify('text\n', new Uint8Array(8))).toBe(false);
    expect(witnessKey.verifier.verify('text\n', Buffer.alloc(72, 0xff))).toBe(false);
  });
});

describe('the body of add-checkpoint', () => {
  const body = formatAddCheckpoint({ oldSize: 300, proof, note: signedHead(at400) });

  it('is read back as it was written', () => {
    const request = valueOf(parseAddCheckpoint(Buffer.from(body)));
    expect(request).toMatchObject({ origin: ORIGIN, oldSize: 300, note: signedHead(at400) });
    expect(formatAddCheckpoint(request)).toBe(body);
  });

  it.each([
    ['no old size', body.replace('old 300\n', '')],
    ['a leading zero', body.replace('old 300', 'old 0300')],
    ['too long a proof', body.replace('old 300\n', `old 300\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
    ['a hash of another length', body.replace('old 300\n', 'old 300\nAAAA\n')],
    ['no note', body.slice(0, body.indexOf('\n\n') + 2)],
    ['a note without a signature', body.slice(0, body.lastIndexOf('—'))],
    ['a note that is no checkpoint', body.replace('\n400\n', '\nmany\n')],
    ['no text', Buffer.from([0xff])],
  ])('is refused with %s', (_, wrong) => {
    expect(reasonOf(parseAddCheckpoint(wrong))).toBe('request-malformed');
  });

  it('is refused or read back to the same text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(body.length), fc.nat(3), (any, at, cut) => {
        for (const candidate of [any, `${body.slice(0, at)}${any}${body.slice(at + cut)}`]) {
          const parsed = parseAddCheckpoint(candidate);
          if (parsed.ok) expect(formatAddCheckpoint(parsed.value)).toBe(candidate);
        }
      }),
    );
  });
});
