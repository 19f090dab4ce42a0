import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BUILT_IN, BUILT_IN_TEXTS } from './built-in.js';
import { checkPolicies } from './check-policies.js';
import { CONDITIONS, forbid, input, pool } from './input.test-kit.js';
import { readCases } from './policy-case.js';
import { questionOf } from './question.js';

const FOLDER = new URL('../../../infra/policies/cases/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
const casesOf = (file: string) => readCases(parse(readFileSync(new URL(file, FOLDER), 'utf8')));
const builtIn = BUILT_IN_TEXTS.map((text, index) => ({ name: `built-in ${index}`, text }));
const tenant = (text: string) => checkPolicies([{ name: 'acme.cedar', tenant: 'acme', text }], []);

describe('the built-in policies', () => {
  it('are sound', () => expect(checkPolicies(builtIn, [])).toEqual([]));

  it.each(FILES)('decide every case of infra/policies/cases/%s as it is written', (file) => {
    const cases = casesOf(file);
    expect(cases.length).toBeGreaterThan(0);
    expect(checkPolicies([], cases)).toEqual([]);
  });

  // Pools of others are sorted out before the policies are asked, so no case reaches the policy that says the same.
  const reached = BUILT_IN_TEXTS.flatMap((text) => text.split(/\n(?=@id)/).slice(1)).filter(
    (policy) => !policy.startsWith('@id("nobody-elses")'),
  );
  it.each(reached)('are each needed by some case: %s', (policy) => {
    const without = builtIn.map((source) => ({ ...source, text: source.text.replace(policy, '') }));
    expect(checkPolicies(without, FILES.flatMap(casesOf))).not.toEqual([]);
  });

  it('let no pool of one tenant answer another, also when it is asked about', () => {
    const others = pool('eu-other', 'eu-central', { dedicatedTo: 'nordlicht' });
    const question = questionOf(input, others, undefined, BUILT_IN.set.names);
    expect(BUILT_IN.set.ask(question)).toMatchObject({ allowed: false, policies: ['nobody-elses'] });
  });
});

describe('a tenant may publish', () => {
  it.each(CONDITIONS)('a forbid %s', (condition) => expect(tenant(forbid('one', condition))).toEqual([]));
  it('nothing at all', () => expect(tenant('// nothing more\n')).toEqual([]));
  it('a forbid that names it', () =>
    expect(tenant(forbid('one', '', 'principal == Tenant::"acme", action, resource'))).toEqual([]));
});

describe('a tenant may not publish', () => {
  const line2 = (text: string): string => `// first line\n${text}`;
  it.each([
    ['a permit', forbid('p', '').replace('forbid (', 'permit ('), 'not-a-forbid', 'p'],
    [
      'a forbid on others',
      forbid('p', '', 'principal == Tenant::"other", action, resource'),
      'other-tenant',
      'p',
    ],
    [
      'a forbid on all of a kind',
      forbid('p', '', 'principal is Tenant, action, resource'),
      'other-tenant',
      'p',
    ],
    ['a template', forbid('p', '', 'principal == ?principal, action, resource'), 'syntax', undefined],
    ['half a policy', 'forbid (principal, action', 'syntax', undefined],
    ['no policy', 'hello;', 'syntax', undefined],
    [
      'a policy without a sentence',
      '@id("p") @source("s") forbid (principal, action, resource);',
      'annotation-missing',
      'p',
    ],
    ['one id twice', `${forbid('p', '')} ${forbid('p', '')}`, 'id-repeated', 'p'],
    [
      'a label that is not on the scale',
      forbid('p', 'when { context.record.sensitivity == Sensitivity::"Interal" }'),
      'validation',
      'p',
    ],
    ['an attribute that is not there', forbid('p', 'when { context.record.name == "x" }'), 'validation', 'p'],
    ['a date that is none', forbid('p', 'when { context.now > datetime("2026-13-01") }'), 'validation', 'p'],
    ['what never applies', forbid('p', 'when { false }'), 'never-applies', 'p'],
    [
      'deep nesting',
      forbid('p', `when { ${'('.repeat(500)}true${')'.repeat(500)} }`),
      'too-large',
      undefined,
    ],
    ['long chains', forbid('p', `when { ${'true&&'.repeat(2000)}true }`), 'too-large', undefined],
  ] as const)('%s', (_, text, code, id) => {
    expect(tenant(line2(text))[0]).toMatchObject({ source: 'acme.cedar', code, id, line: 2 });
  });

  it('more than is read', () => {
    expect(tenant(`//${'x'.repeat(70_000)}`)[0]?.code).toBe('too-large');
    expect(tenant(Array.from({ length: 101 }, (_, n) => forbid(`p${n}`, '')).join('\n'))[0]?.code).toBe(
      'too-large',
    );
  });

  it('the line is that of the mistake, also behind comments, strings and letters of several bytes', () => {
    const text = `// ä; "\n@id("a") @sentence("ö; //") @source("s")\nforbid (principal, action, resource)\nwhen { true };\n
// next\n@id("b") @sentence("ü") @source("s")\nforbid (principal, action, resource)\nwhen {\n  context.record.nme == "" };`;
    expect(tenant(text)).toMatchObject([{ id: 'b', code: 'validation', line: 10 }]);
  });

  it('any other text: it is read or refused, and the engine works on', { timeout: 30_000 }, () => {
    const piece = fc.constantFrom(
      'forbid (principal, action, resource)',
      ' when { ',
      'true',
      '(',
      ')',
      '{',
      '}',
      '[',
      '!',
      '"',
      ';',
      ' && ',
      '@id("x")',
      '//',
      '\n',
      '.',
      'context',
      'if ',
      '\\',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 200 }).map((all) => all.join('')),
        ),
        (text) => {
          expect(Array.isArray(tenant(text))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
    expect(tenant(forbid('one', 'when { true }'))).toEqual([]);
  });
});

describe('a case that comes out otherwise', () => {
  it('is named, with what was expected and what came', () => {
    const cases = readCases({
      about: 'a mistake',
      cases: [{ name: 'abroad', expect: { outcome: 'allow', reasons: ['transfer-permitted'] } }],
    });
    expect(checkPolicies([], cases)).toMatchObject([
      {
        code: 'case-failed',
        id: 'abroad',
        message: 'expected allow transfer-permitted, came allow home-pool none-needed eu-shared',
      },
    ]);
  });

  it('is decided with the policies of its own tenant only', () => {
    const text = forbid('nothing', '');
    const cases = readCases({
      about: 'two tenants',
      cases: [
        { name: 'own', given: { tenant: 'acme' }, expect: { outcome: 'hold', reasons: ['tenant-policy'] } },
        { name: 'other', given: { tenant: 'zeta' }, expect: { outcome: 'allow', reasons: ['home-pool'] } },
      ],
    });
    expect(checkPolicies([{ name: 'acme', tenant: 'acme', text }], cases)).toEqual([]);
  });
});
