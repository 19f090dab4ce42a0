import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js';
import { EMPTY_ROOT, leafHash } from './hash.js';
import { NOTE_FAULTS, openNote, signNote } from './note.js';
import { reasonOf, valueOf } from './signed-log.test-kit.js';
import { SigningKey } from './signing-key.js';
import { VerifierKey } from './verifier-key.js';

/** The keys and the note of the documentation of golang.org/x/mod/sumdb/note. */
const NEUMANN_SIGNS = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const BY_PETER =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const BY_ENOCH =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const peter = valueOf(VerifierKey.parse(PETER));
const enoch = valueOf(VerifierKey.parse(ENOCH));

describe('keys', () => {
  it('are those of Go, to the byte', () => {
    const key = valueOf(SigningKey.parse(NEUMANN_SIGNS));
    expect(key.verifier.vkey).toBe(PETER);
    expect(key.secret()).toBe(NEUMANN_SIGNS);
    expect(signNote(TEXT, [key])).toBe(`${TEXT}\n${BY_PETER}`);
    // Go's example makes this key from a source of zeros.
    const zero = valueOf(SigningKey.of('EnochRoot', 'note', Buffer.alloc(32)));
    expect(zero.verifier.vkey).toBe(ENOCH);
    expect(signNote(TEXT, [key, zero])).toBe(`${TEXT}\n${BY_PETER}${BY_ENOCH}`);
  });

  it.each([
    ['key-malformed', 'PeterNeumann'],
    ['key-malformed', PETER.replace('c74f20a3', 'C74F20A3')],
    ['key-malformed', `${PETER}=`],
    ['key-malformed', PETER.replace('Peter', 'Peter ')],
    ['key-malformed', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['key-type-unknown', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['key-id-differs', PETER.replace('c74f', 'c74e')],
    ['key-id-differs', PETER.replace('Peter', 'Paul')],
  ])('%s: %s', (reason, vkey) => {
    expect(reasonOf(VerifierKey.parse(vkey))).toBe(reason);
    expect(reasonOf(SigningKey.parse(`PRIVATE+KEY+${vkey}`))).toBe(reason);
    expect(reasonOf(SigningKey.parse(vkey))).toBe('key-malformed');
  });

  it('are refused, or read back to the same text, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.nat(NEUMANN_SIGNS.length),
        fc.nat(2),
        (any, at, cut) => {
          for (const candidate of [any, `${PETER.slice(0, at)}${any}${PETER.slice(at + cut)}`]) {
            const parsed = VerifierKey.parse(candidate);
            if (parsed.ok) expect(parsed.value.vkey).toBe(candidate);
          }
          const candidate = `${NEUMANN_SIGNS.slice(0, at)}${any}${NEUMANN_SIGNS.slice(at + cut)}`;
          const parsed = SigningKey.parse(candidate);
          if (parsed.ok) expect(parsed.value.secret()).toBe(candidate);
        },
      ),
    );
    // 32 bytes that are no point of the curve make a key that verifies nothing.
    const none = valueOf(VerifierKey.of('nobody', 'note', Buffer.alloc(32, 0xff)));
    expect(none.verify('text\n', Buffer.alloc(64))).toBe(false);
  });

  it('never print what is secret', () => {
    const key = valueOf(SigningKey.parse(NEUMANN_SIGNS));
    for (const shown of [
      JSON.stringify(key),
      inspect(key, { showHidden: true, depth: 9 }),
      Object.values(key).join(),
    ])
      expect(shown).not.toContain('AYEKFALV');
  });
});

describe('a note', () => {
  const open = (note: string, ...known: VerifierKey[]) => openNote(note, known);

  it('verifies as the examples of Go and of C2SP', () => {
    const example = valueOf(
      VerifierKey.parse('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'),
    );
    const signature =
      'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
    expect(open(`This is an example message.\n\n— example.com/foo ${signature}\n`, example).ok).toBe(true);
    expect(open(`${TEXT}\n${BY_PETER}`, peter).ok).toBe(true);
  });

  it('tells known from unknown signatures, and drops repeated ones, as Go does', () => {
    const note = `${TEXT}\n${BY_PETER}${BY_ENOCH}${BY_ENOCH}${BY_PETER}`;
    const names = (...known: VerifierKey[]) => {
      const { signatures, unknown, text } = valueOf(open(note, ...known));
      expect(text).toBe(TEXT);
      return [signatures.map(({ name }) => name), unknown.map(({ name }) => name)];
    };
    expect(names(peter)).toEqual([['PeterNeumann'], ['EnochRoot']]);
    expect(names(enoch)).toEqual([['EnochRoot'], ['PeterNeumann']]);
    expect(names(enoch, peter)).toEqual([['PeterNeumann', 'EnochRoot'], []]);
  });

  it('says why it does not open', () => {
    const note = `${TEXT}\n${BY_PETER}`;
    const forged = BY_PETER.replace('NXgKvq', 'NXgKvr');
    expect(reasonOf(open(note))).toBe('note-unsigned');
    expect(reasonOf(open(note, enoch))).toBe('note-unsigned');
    expect(reasonOf(open(note, peter, peter))).toBe('note-key-ambiguous');
    expect(reasonOf(open(`${TEXT}\n${forged}`, peter))).toBe('note-signature-invalid');
    expect(reasonOf(open(`${TEXT}\n${BY_ENOCH}${forged}`, peter, enoch))).toBe('note-signature-invalid');
    expect(reasonOf(open(note.replace('think', 'thought'), peter))).toBe('note-signature-invalid');
    for (const wrong of [
      TEXT,
      `${TEXT}\n`,
      `${TEXT}${BY_PETER}`,
      note.slice(0, -1),
      `${note}\n`,
      note.replace('—', '-'),
      note.replace('think', 'th\tink'),
      note.replace('think', 'th\ud800ink'),
      note.replace('x08go', ' x08go'),
      note.replace('JnAM=', 'JnAN='),
      note.replace(' x08go/', ' x08g\n'),
      `${TEXT}\n— PeterNeumann x08gow==\n`,
      `${TEXT}\n${BY_ENOCH.repeat(101)}${BY_PETER}`,
    ])
      expect(reasonOf(open(wrong, peter))).toBe('note-malformed');
    expect(reasonOf(openNote(Buffer.from([0xff, 0x0a, 0x0a]), [peter]))).toBe('note-malformed');
    expect(openNote(Buffer.from(note), [peter]).ok).toBe(true);
  });

  it('is opened or refused, never an exception, whatever it is; and no change of a character is missed', () => {
    const note = `${TEXT}\n${BY_PETER}`;
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(note.length - 1), (any, at) => {
        expect(Object.keys(NOTE_FAULTS)).toContain(reasonOf(open(any, peter)));
        expect(Object.keys(NOTE_FAULTS)).toContain(reasonOf(open(`${any}\n\n${BY_PETER}`, peter)));
        const changed = `${note.slice(0, at)}${any || 'x'}${note.slice(at + 1)}`;
        if (changed !== note) expect(open(changed, peter).ok && changed.startsWith(TEXT)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is not signed when it could not be read', () => {
    const key = valueOf(SigningKey.parse(NEUMANN_SIGNS));
    for (const text of ['no newline', 'a\tb\n', 'a\ud800\n'])
      expect(() => signNote(text, [key])).toThrow(TypeError);
  });
});

describe('a checkpoint', () => {
  const key = valueOf(SigningKey.of('example.com/log', 'note', Buffer.alloc(32, 1)));
  const checkpoint = { origin: 'example.com/log', size: 1234, root: leafHash(Buffer.from('x')) };
  const text = formatCheckpoint(checkpoint);

  it('is what was signed, and of its origin', () => {
    const note = signCheckpoint(checkpoint, [key]);
    expect(note.split('\n').slice(0, 2)).toEqual(['example.com/log', '1234']);
    const opened = openCheckpoint(note, 'example.com/log', [key.verifier]);
    expect(opened).toMatchObject({ ok: true, value: { checkpoint, note: { text } } });
    expect(reasonOf(openCheckpoint(note, 'example.com/other', [key.verifier]))).toBe(
      'checkpoint-other-origin',
    );
    expect(reasonOf(openCheckpoint(note, 'example.com/log', [peter]))).toBe('note-unsigned');
    const other = signNote('hello\n', [key]);
    expect(reasonOf(openCheckpoint(other, 'example.com/log', [key.verifier]))).toBe('checkpoint-malformed');
  });

  it('may carry further lines', () => {
    const extended = { ...checkpoint, extensions: ['one', 'two 2'] };
    expect(valueOf(parseCheckpoint(formatCheckpoint(extended)))).toEqual(extended);
    expect(valueOf(parseCheckpoint(`o\n0\n${Buffer.from(EMPTY_ROOT).toString('base64')}\n`)).size).toBe(0);
  });

  it.each([
    ['no newline at the end', text.slice(0, -1)],
    ['no origin', text.replace('example.com/log', '')],
    ['a leading zero', text.replace('1234', '01234')],
    ['a sign', text.replace('1234', '+1234')],
    ['a size that no number holds', text.replace('1234', '9007199254740993')],
    ['a short root', text.replace(/\n.{44}\n/, '\nAAAA\n')],
    ['another way to write the root', text.replace(/.=\n$/, (end) => `${end[0] === 'B' ? 'C' : 'B'}=\n`)],
    ['an empty line', `${text}\nx\n`],
    ['two lines only', 'example.com/log\n1234\n'],
  ])('is refused with %s', (_, wrong) => {
    expect(reasonOf(parseCheckpoint(wrong))).toBe('checkpoint-malformed');
  });

  it('is refused or read back to the same text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (any, origin, size) => {
        for (const candidate of [
          any,
          text.replace('example.com/log', origin),
          text.replace('1234', String(size)),
        ]) {
          const parsed = parseCheckpoint(candidate);
          if (parsed.ok) expect(formatCheckpoint(parsed.value)).toBe(candidate);
        }
      }),
    );
    expect(() => formatCheckpoint({ ...checkpoint, origin: 'a\nb' })).toThrow(TypeError);
    expect(() => formatCheckpoint({ ...checkpoint, size: 1.5 })).toThrow(TypeError);
    expect(() => formatCheckpoint({ ...checkpoint, root: Buffer.alloc(31) })).toThrow(TypeError);
  });
});
