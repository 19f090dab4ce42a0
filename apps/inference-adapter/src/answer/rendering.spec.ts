import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from './rendering.js';

const reply = (template: string) => ({ reply: { from: 'reply', templates: { go: template } } });
const rendered = (template: string, fields: Record<string, string>): string | undefined =>
  render(reply(template), { reply: 'go' }, fields)['reply'];

test('the output value chooses the template and the minimised field fills it in', () => {
  expect(
    rendered('Dear {{ContactName}}, restart {{ Product__c }}.', {
      ContactName: '⟦PERSON·k7q2m4x6p3ab⟧',
      Product__c: 'Router X',
    }),
  ).toBe('Dear ⟦PERSON·k7q2m4x6p3ab⟧, restart Router X.');
});

test('a field that is missing leaves no gap', () => {
  expect(rendered('Dear {{ContactName}}, thank you.', {})).toBe('Dear, thank you.');
  expect(rendered('Restart {{Product__c}} and wait.', {})).toBe('Restart and wait.');
  expect(rendered('{{Greeting}} Hello {{Name}} !', {})).toBe('Hello!');
});

test('an output value without a template has no rendering', () => {
  expect(render(reply('x'), { reply: 'other' }, {})).toEqual({});
  expect(render(reply('x'), {}, {})).toEqual({});
  expect(render(reply('x'), { reply: 'constructor' }, {})).toEqual({});
});

test('a value is inserted as it is, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      expect(rendered('A {{F}}{{G}} Z', { F: value, G: '{{F}} $& ,' })).toBe(`A ${value}{{F}} $& , Z`);
    }),
  );
});
