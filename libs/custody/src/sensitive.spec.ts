import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sensitive } from './sensitive.js';

const CANARY = 'Zaphira Quillfeather';
const name = new Sensitive(CANARY);

describe('a sensitive value', () => {
  it.each([
    ['a template', () => `Dear ${String(name)}`],
    ['concatenation', () => 'Dear ' + String(name)],
    ['JSON', () => JSON.stringify({ customer: { name }, list: [name] })],
    ['inspection', () => inspect({ name }, { depth: 9, showHidden: true, getters: true })],
    ['console formatting', () => format('%s %o %O %j', name, name, name, name)],
    ['an error message', () => new Error(String(name), { cause: inspect(name) }).message],
    ['its own properties', () => JSON.stringify([Object.entries(name), Reflect.ownKeys(name).map(String)])],
    ['a copy', () => JSON.stringify(Object.assign({}, name))],
  ])('does not show in %s', (_, show) => {
    expect(show()).not.toContain('Zaphira');
  });

  it('shows as [sensitive]', () => {
    expect([String(name), JSON.stringify(name), inspect(name)]).toEqual([
      '[sensitive]',
      '"[sensitive]"',
      '[sensitive]',
    ]);
  });

  it('opens with reveal() only, and stays sensitive when it is changed', () => {
    expect(name.reveal()).toBe(CANARY);
    const upper = name.map((value) => value.toUpperCase());
    expect(upper).toBeInstanceOf(Sensitive);
    expect(upper.reveal()).toBe(CANARY.toUpperCase());
  });
});
