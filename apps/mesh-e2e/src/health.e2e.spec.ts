import { readFile } from 'node:fs/promises';
import { adapterWorkload } from '@bailiwick/contracts';
import { askHealth, type TlsIdentity } from '@bailiwick/grpc';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Mesh } from './mesh.js';

const CELLS = [
  ['eu-central', ['eu-shared', 'eu-nordlicht']],
  ['us-east', ['us-shared']],
] as const;

let mesh: Mesh;
let auditor: TlsIdentity;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  const { certificate, key, authority } = mesh.cell('eu-central').kafka.auditor;
  const [cert = '', ...others] = await Promise.all(
    [certificate, key, authority].map((file) => readFile(file, 'utf8')),
  );
  auditor = { cert, key: others[0] ?? '', ca: others[1] ?? '' };
});
afterAll(() => mesh.close());

/** Every service says by both protocols that it serves; scenarios before this one may have left one recovering. */
const serves = (name: string, http: string | undefined, grpc: string | undefined): Promise<void> =>
  vi.waitFor(
    async () => {
      expect((await fetch(`${http}/health/ready`)).status, `${name} by HTTP`).toBe(200);
      expect(await askHealth(grpc ?? '', auditor), `${name} by gRPC`).toBe('SERVING');
    },
    { timeout: 30_000, interval: 250 },
  );

describe('health', () => {
  it.each(CELLS)('every service of %s says over HTTP and gRPC that it serves', async (region, pools) => {
    const { services, grpc } = mesh.cell(region);
    const expected = ['ingest', 'classifier', 'residency-router', 'writeback', 'lineage'];
    const workloads = [...expected, ...pools.map(adapterWorkload)];
    expect(Object.keys(grpc).toSorted()).toEqual(workloads.toSorted());
    for (const workload of workloads)
      await serves(`${region}/${workload}`, services[workload], grpc[workload]);
  });

  it('the control-plane says over HTTP and gRPC that it serves', () =>
    serves('control-plane', mesh.stack.controlPlane.http, mesh.stack.controlPlane.grpc));

  it.each(CELLS)('no service of %s says anything by gRPC without a certificate', async (region) => {
    // Producers have none, so ingest asks for none: their access token is the credential.
    for (const [workload, address] of Object.entries(mesh.cell(region).grpc))
      if (workload !== 'ingest')
        await expect(askHealth(address, { ca: auditor.ca }), workload).rejects.toMatchObject({
          code: 'peer-unavailable',
        });
  });
});
