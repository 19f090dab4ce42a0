import { expect, test } from 'vitest';
import { promptOf } from './prompt.js';

const PROMPT = {
  system: 'You triage.',
  lines: [
    { label: 'Subject', field: 'Subject' },
    { label: 'Channel', field: 'Origin' },
    { label: 'Message', field: 'Description' },
  ],
};

test('the prompt is the system text and one line a field, in the order of the purpose', () => {
  const messages = promptOf(PROMPT, {
    Description: 'It is broken.\nHelp!',
    Subject: 'Broken',
    Origin: 'Web',
  });
  expect(messages).toEqual([
    { role: 'system', content: 'You triage.' },
    { role: 'user', content: 'Subject: Broken\nChannel: Web\nMessage: It is broken.\nHelp!' },
  ]);
});

test('a field that is absent or null has no line, and a field that no line names is not told', () => {
  const [, user] = promptOf(PROMPT, { Origin: null, Description: '', Secret: 'x' });
  expect(user?.content).toBe('Message: ');
});

test('values that are not texts are written as JSON, and inherited names are not fields', () => {
  const lines = [
    { label: 'Age', field: 'Age' },
    { label: 'Tags', field: 'Tags' },
    { label: 'X', field: 'constructor' },
  ];
  const [, user] = promptOf({ system: 's', lines }, { Age: 41, Tags: ['a', 'b'] });
  expect(user?.content).toBe('Age: 41\nTags: ["a","b"]');
});
