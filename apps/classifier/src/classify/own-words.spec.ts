import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownWords } from './own-words.js';

describe('F6 what others wrote is not passed on', () => {
  it.each([
    ['en', 'On Tue, 3 May 2025 at 10:12, Ana Roth <ana@example.com> wrote:'],
    ['de', 'Am 03.05.2025 um 10:12 schrieb Ana Roth:'],
    ['fr', 'Le 3 mai 2025 à 10:12, Ana Roth a écrit :'],
    ['es', 'El 3 may 2025, Ana Roth escribió:'],
    ['it', 'Il giorno 3 mag 2025 Ana Roth ha scritto:'],
    ['nl', 'Op 3 mei 2025 om 10:12 schreef Ana Roth:'],
    ['pl', '3 maj 2025 o 10:12 Ana Roth napisał(a):'],
  ])('drops a quoted message and what introduces it: %s', (_language, introduction) => {
    const { text, left } = ownWords(
      `It works now.\n\n${introduction}\n> my key is 4111\n> really\n\nThanks!`,
    );
    expect(text).toBe('It works now.\n\n\nThanks!');
    expect(left).toEqual({ EMAIL_QUOTE: 1 });
  });

  it.each([
    ['a broken introduction', 'Yes.\nOn 3 May 2025\nAna Roth <a@example.com> wrote:\n> secret'],
    ['a message below', 'Yes.\nOn 3 May 2025 Ana wrote:\n\nsecret\nmore of it'],
    ['a divider', 'Yes.\n-----Original Message-----\nsecret'],
    [
      'a header block',
      'Yes.\nVon: Ana Roth <a@example.com>\nGesendet: Dienstag, 3. Mai 2025\nBetreff: x\n\nsecret',
    ],
  ])('drops %s', (_name, mail) => {
    expect(ownWords(mail)).toEqual({ text: 'Yes.', left: { EMAIL_QUOTE: 1 } });
  });

  it.each([
    ['its mark', 'Yes.\n-- \nAna Roth\n+49 30 901820'],
    ['an English greeting', 'Yes.\n\nKind regards,\nAna Roth\nHead of Care'],
    ['a German greeting', 'Yes.\nMit freundlichen Grüßen\n\nAna Roth'],
    ['a Polish greeting', 'Yes.\nZ poważaniem,\nAnna Kowalska'],
    ['a device', 'Yes.\n\nSent from my iPhone'],
  ])('drops a signature after %s', (_name, mail) => {
    expect(ownWords(mail)).toEqual({ text: 'Yes.', left: { EMAIL_SIGNATURE: 1 } });
  });

  it.each([
    'He wrote: I never got it.\nPlease help.',
    'From: Berlin, to Rome: two bags lost.\nNo word since.',
    'Best regards are not what I expected here, after three weeks of waiting.',
    'a -- b\n5 > 3 and so on',
    `Regards,\n${'one more line of the complaint\n'.repeat(20)}`,
  ])('keeps a text that only looks like one: %j', (text) => {
    expect(ownWords(text)).toEqual({ text, left: {} });
  });

  it('only ever leaves lines out, and every quoted one', () => {
    const line = fc.constantFrom(
      '> q',
      'Yes.',
      '',
      '-- ',
      'Regards,',
      'Von: a',
      'Gesendet: b',
      'On 1 May a wrote:',
    );
    fc.assert(
      fc.property(fc.array(line), (lines: readonly string[]) => {
        const { text } = ownWords(lines.join('\n'));
        let at = -1;
        for (const kept of text === '' ? [] : text.split('\n')) {
          at = lines.indexOf(kept, at + 1);
          expect(at).toBeGreaterThanOrEqual(0);
        }
        expect(text).not.toMatch(/^>/m);
      }),
    );
  });

  it.each(['>', 'On 1 ', 'wrote:', '-- ', 'Regards,\n', '> x\nOn 1 wrote:\n', '_ '])(
    'takes a megabyte of %j in linear time',
    (form) => {
      const started = performance.now();
      ownWords(form.repeat(1_000_000 / form.length));
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});
