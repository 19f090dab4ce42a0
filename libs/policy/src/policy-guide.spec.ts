import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkPolicies } from './check-policies.js';
import { readCases } from './policy-case.js';

const guide = readFileSync(new URL('../../../docs/policy-guide.md', import.meta.url), 'utf8');
const examples = guide.split(/^### (?=\d+\. )/m).slice(1);
const fence = (text: string, language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(text)?.[1] ?? '';

describe('the policy guide', () => {
  it('has ten examples', () => expect(examples).toHaveLength(10));

  it.each(examples.map((text) => [text.split('\n')[0] ?? '', text]))('keeps its word: %s', (about, text) => {
    const cedar = fence(text, 'cedar');
    const cases = readCases({ about, ...(parse(fence(text, 'yaml')) as object) });
    expect(checkPolicies([{ name: about, tenant: 'acme', text: cedar }], cases)).toEqual([]);
    // Without the policy some case comes out otherwise, or the example would show nothing.
    expect(checkPolicies([], cases)).not.toEqual([]);
  });

  it('shows in its first lines a policy that could be published', () => {
    const text = /## A policy\n\n```\n([^]*?)```/.exec(guide)?.[1] ?? '';
    expect(checkPolicies([{ name: 'first', tenant: 'acme', text }], [])).toEqual([]);
  });
});
