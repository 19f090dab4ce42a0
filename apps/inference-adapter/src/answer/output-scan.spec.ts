import { describe, expect, test } from 'vitest';
import { leakIn } from './output-scan.js';

const ADA = '⟦PERSON·k7q2m4x6p3ab⟧';
const OTHER = '⟦PERSON·bbbbbbbbbbbb⟧';
const QUESTION = { Description: `${ADA} asks for a refund` };

describe('an answer may hold', () => {
  test.each([
    ['plain words', { category: 'refund', reply: 'We have started it within five working days.' }],
    ['pseudonyms of its question', { reply: `Dear ${ADA}, done.`, list: [{ who: ADA }] }],
    ['numbers, dates and amounts', { score: 0.97, due: '2026-11-23', amount: '129.90 EUR', order: 'A-4711' }],
    ['nothing', {}],
  ])('%s', (_, output) => {
    expect(leakIn(output, QUESTION, ['DE'])).toBeNull();
  });
});

describe('an answer leaks with', () => {
  test.each([
    ['an e-mail address', { reply: 'write to ada.lovelace@example.org' }, 'EMAIL_ADDRESS'],
    ['a phone number', { reply: 'call +49 30 901820 now' }, 'PHONE_NUMBER'],
    ['a national phone number', { reply: 'Telefon 030 901820' }, 'PHONE_NUMBER'],
    ['a card number', { reply: 'card 4111 1111 1111 1111' }, 'CREDIT_CARD'],
    ['a card number as a number', { card: 4_111_111_111_111_111 }, 'CREDIT_CARD'],
    ['an IBAN', { reply: 'DE89 3704 0044 0532 0130 00' }, 'IBAN'],
    ['personal data deep inside', { a: [{ b: { c: 'ada@example.org' } }] }, 'EMAIL_ADDRESS'],
    ['personal data as a name', { 'ada@example.org': true }, 'EMAIL_ADDRESS'],
    ['personal data around a pseudonym', { reply: `${ADA} ada@example.org` }, 'EMAIL_ADDRESS'],
  ])('%s', (_, output, entity) => {
    expect(leakIn(output, QUESTION, ['DE'])).toContain(entity);
    expect(leakIn(output, QUESTION, ['DE'])).not.toMatch(/ada@|4111|3704/);
  });
  test("another record's pseudonym", () => {
    expect(leakIn({ reply: `Dear ${OTHER}` }, QUESTION, ['DE'])).toMatch(/pseudonym/);
  });
});
