import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolWorkload, type Identity } from '@bailiwick/contracts';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestPool } from '../answer/pool.test-kit.js';
import { PoolStatements } from './pool-statements.js';

const REGION = 'eu-central';
const ADAPTER: Identity = { region: REGION, workload: 'inference-adapter.eu-shared' };
const MODELS = { body: JSON.stringify({ object: 'list', data: [{ id: 'triage-small', object: 'model' }] }) };

let folder: string;
let authority: CertificateAuthority;
let pool: TestPool;
const asked: PoolStatements[] = [];

async function credentials(identity: Identity) {
  const files = await authority.issue(identity);
  const [cert = '', key = '', ca = ''] = await Promise.all(
    [files.certificate, files.key, authority.file].map((file) => readFile(file, 'utf8')),
  );
  return { cert, key, ca };
}
async function statements(of = 'eu-shared', nvidiaSmi?: string): Promise<PoolStatements> {
  const tls = await credentials(ADAPTER);
  const one = new PoolStatements({ pool: of, region: REGION, url: pool.url, tls, nvidiaSmi });
  asked.push(one);
  return one;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-statements-'));
  authority = await CertificateAuthority.open(folder);
  pool = await TestPool.start(await credentials({ region: REGION, workload: poolWorkload('eu-shared') }));
});
afterEach(() => Promise.all(asked.splice(0).map((one) => one.close())));
afterAll(async () => {
  pool?.stop();
  await rm(folder, { recursive: true });
});

describe('a pool is asked how it is, and', () => {
  it('tells its models and that it has no accelerators', async () => {
    pool.pages = {
      '/health': { body: JSON.stringify({ status: 'ok', accelerators: [] }) },
      '/v1/models': MODELS,
    };
    expect(await (await statements()).ask()).toMatchObject({
      models: ['triage-small'],
      accelerators: { ids: [] },
    });
  });

  it('tells nothing more than that it is there when its pages say nothing, as those of most servers', async () => {
    pool.pages = { '/health': { body: '' } };
    expect(await (await statements()).ask()).toMatchObject({ models: [], accelerators: undefined });
  });

  it.each([
    ['is not well', { '/health': { status: 503, body: '{"status":"draining"}' } }],
    ['fails', { '/health': { status: 500, body: '' } }],
  ])('does not count as there when it %s', async (_, pages) => {
    pool.pages = pages;
    await expect((await statements()).ask()).rejects.toMatchObject({ code: 'pool-unavailable' });
  });

  it('F3 is believed only when its certificate says that it is this pool', async () => {
    pool.pages = { '/health': { body: '{}' } };
    await expect((await statements('eu-nordlicht')).ask()).rejects.toMatchObject({
      code: 'pool-unavailable',
    });
  });

  it('has the accelerators that the machine names, where it runs on the same, and unknown ones when it does not tell', async () => {
    pool.pages = { '/health': { body: JSON.stringify({ accelerators: ['said'] }) } };
    const program = join(folder, 'nvidia-smi');
    const print = (lines: string) =>
      writeFile(
        program,
        `#!/bin/sh\n[ "$*" = "--query-gpu=uuid --format=csv,noheader" ] || exit 2\n${lines}`,
      );
    const uuid = 'GPU-5a1c0d6e-0000-4b5e-9b1e-3f0f5b7f0001';
    await print(`echo ${uuid}\n`);
    await chmod(program, 0o755);
    expect(await (await statements('eu-shared', program)).ask()).toMatchObject({
      accelerators: { ids: [uuid] },
    });
    await print('exit 9\n');
    expect(await (await statements('eu-shared', program)).ask()).toMatchObject({ accelerators: undefined });
  });
});
