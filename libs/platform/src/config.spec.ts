import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BailiwickError } from './bailiwick-error.js';
import { BaseConfig, loadConfig } from './config.js';

describe('configuration', () => {
  it('names every variable that is wrong, and never a value', () => {
    const env = { BAILIWICK_REGION: 'eu-central', BAILIWICK_HTTP_PORT: 'secret-value' };
    const attempt = (): unknown => loadConfig(BaseConfig, env);
    expect(attempt).toThrow(BailiwickError);
    try {
      attempt();
    } catch (thrown) {
      const { detail } = BailiwickError.from(thrown);
      for (const name of ['BAILIWICK_HTTP_PORT', 'BAILIWICK_WORKLOAD', 'BAILIWICK_TLS_CERT'])
        expect(detail).toContain(name);
      expect(detail).not.toContain('secret-value');
    }
  });

  it('gives typed values', () => {
    expect(loadConfig(z.object({ N: z.coerce.number() }), { N: '3' })).toEqual({ N: 3 });
  });
});
