import { describe, expect, it } from 'vitest';
import { spiffeIdOf } from './peer-identity.js';

describe('a caller is named by exactly one SPIFFE id', () => {
  it('reads the id among other names', () => {
    expect(
      spiffeIdOf('URI:spiffe://bailiwick.local/eu-central/lineage, DNS:localhost, IP Address:127.0.0.1'),
    ).toBe('spiffe://bailiwick.local/eu-central/lineage');
  });

  it.each([
    ['no names', undefined],
    ['no id', 'DNS:localhost'],
    ['two ids', 'URI:spiffe://a/b/c, URI:spiffe://a/b/d'],
    ['an id hidden in a quoted name', 'DNS:"x, URI:spiffe://a/b/c, y"'],
    ['an id without a path', 'URI:spiffe://a'],
    ['another scheme', 'URI:https://a/b'],
  ])('names nobody for %s', (_case, names) => {
    expect(spiffeIdOf(names)).toBeNull();
  });
});
