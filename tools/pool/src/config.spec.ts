import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const enough = {
  BAILIWICK_POOL: 'eu-shared',
  BAILIWICK_HTTP_PORT: '8443',
  BAILIWICK_POOL_MODELS: 'triage-small=/models/a.gguf, other=/models/b.gguf',
};
const tls = {
  BAILIWICK_TLS_CERT: '/pki/cert.pem',
  BAILIWICK_TLS_KEY: '/pki/key.pem',
  BAILIWICK_TLS_CA: '/pki/ca.pem',
  BAILIWICK_POOL_ALLOWED_CLIENTS: 'spiffe://local/eu-central/inference-adapter',
};

describe('the environment of a pool', () => {
  it('needs a name, a port and models, and has defaults for the rest', () => {
    expect(readConfig(enough)).toMatchObject({
      host: '127.0.0.1',
      port: 8443,
      engine: 'llama',
      sequences: 4,
      tls: undefined,
      models: new Map([
        ['triage-small', '/models/a.gguf'],
        ['other', '/models/b.gguf'],
      ]),
    });
  });

  it('names every wrong variable at once', () => {
    const wrong = {
      BAILIWICK_HTTP_PORT: 'http',
      BAILIWICK_POOL_MODELS: 'a.gguf',
      BAILIWICK_POOL_ENGINE: 'vllm',
    };
    for (const name of ['BAILIWICK_POOL:', ...Object.keys(wrong)]) {
      expect(() => readConfig(wrong)).toThrow(name);
    }
  });

  it('takes a whole identity', () => {
    const config = readConfig({ ...enough, ...tls });
    expect(config.tls?.allowedClients).toContain('spiffe://local/eu-central/inference-adapter');
  });

  it.each(Object.keys(tls))('refuses an identity without %s', (name) => {
    expect(() => readConfig({ ...enough, ...tls, [name]: undefined })).toThrow(name);
  });
});
