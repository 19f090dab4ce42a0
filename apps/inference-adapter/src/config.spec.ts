import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from './config.js';
import { EU_CENTRAL } from './request.test-kit.js';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adapter-config-'));
  const file = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  env = {
    BAILIWICK_REGION: 'eu-central',
    BAILIWICK_WORKLOAD: 'inference-adapter.eu-shared',
    BAILIWICK_HTTP_PORT: '0',
    BAILIWICK_GRPC_PORT: '0',
    BAILIWICK_TLS_CERT: 'cert.pem',
    BAILIWICK_TLS_KEY: 'key.pem',
    BAILIWICK_TLS_CA: 'ca.pem',
    BAILIWICK_CELL_FILE: file('cell.json', EU_CENTRAL),
    BAILIWICK_KAFKA_BROKERS: '127.0.0.1:9092',
    BAILIWICK_TRUST_FILE: file('trust.json', { signers: {}, cells: { 'eu-central': 'key' } }),
    BAILIWICK_POOL: 'eu-shared',
    BAILIWICK_POOL_URL: 'https://127.0.0.1:8443',
    BAILIWICK_POOL_KEY_FILE: 'pool.json',
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a whole configuration is read, with four calls at once unless told otherwise', () => {
  expect(readConfig(env)).toMatchObject({ BAILIWICK_POOL: 'eu-shared', BAILIWICK_CONCURRENCY: 4 });
});

describe('the adapter refuses to start', () => {
  const WRONG = [
    [
      'with the identity of another pool',
      { BAILIWICK_WORKLOAD: 'inference-adapter.eu-nordlicht' },
      /BAILIWICK_WORKLOAD/,
    ],
    ['with the identity of another service', { BAILIWICK_WORKLOAD: 'writeback' }, /BAILIWICK_WORKLOAD/],
    [
      'for a pool of another cell',
      { BAILIWICK_POOL: 'us-shared', BAILIWICK_WORKLOAD: 'inference-adapter.us-shared' },
      /BAILIWICK_POOL: is not a pool of this cell/,
    ],
    ['in another region than its cell', { BAILIWICK_REGION: 'us-east' }, /BAILIWICK_REGION/],
    [
      'with a pool that is reached without TLS',
      { BAILIWICK_POOL_URL: 'http://127.0.0.1:8443' },
      /BAILIWICK_POOL_URL/,
    ],
    ['without a trust bundle', { BAILIWICK_TRUST_FILE: '/nowhere' }, /BAILIWICK_TRUST_FILE: cannot be read/],
  ] as const;
  test.each(WRONG)('%s', (_, change, message) => {
    expect(() => readConfig({ ...env, ...change })).toThrow(message);
  });
});
