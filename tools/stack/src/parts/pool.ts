import { join } from 'node:path';
import { adapterWorkload, spiffeId } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { ProcessSpec } from '../managed-process.js';
import { REPOSITORY } from '../stack-folder.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { clientDispatcher } from './client-dispatcher.js';
import { answersOk } from './http-ready.js';
import { nodeProcess } from './node-process.js';

/** Development engine of a pool: `llama` runs the tiny model, `instant` answers at once and is for benchmarks. */
export type PoolEngine = 'llama' | 'instant';

/** What a pool of the local stack needs to know. */
export interface PoolOptions {
  readonly cell: CellSpec;
  readonly pool: CellSpec['pools'][number];
  readonly port: number;
  readonly engine: PoolEngine;
  readonly authority: CertificateAuthority;
  readonly logFile: string;
}

/** One inference pool: an OpenAI-compatible server that only its own adapter may call. */
export async function poolProcess({
  cell,
  pool,
  port,
  engine,
  authority,
  logFile,
}: PoolOptions): Promise<ProcessSpec> {
  const { region } = cell;
  const workload = `pool.${pool.id}`;
  const adapter = { region, workload: adapterWorkload(pool.id) };
  const own = await authority.issue({ region, workload });
  const client = await authority.issue(adapter);
  const model = join(REPOSITORY, 'tools', 'model', 'case-triage.gguf');
  return nodeProcess({
    region,
    workload,
    script: join(REPOSITORY, 'tools', 'pool', 'dist', 'main.js'),
    heapMb: 96,
    flags: ['--max-semi-space-size=4'],
    env: {
      BAILIWICK_POOL: pool.id,
      BAILIWICK_HTTP_PORT: String(port),
      BAILIWICK_POOL_MODELS: pool.models.map((alias) => `${alias}=${model}`).join(','),
      BAILIWICK_POOL_ENGINE: engine,
      BAILIWICK_POOL_ALLOWED_CLIENTS: spiffeId(adapter),
      BAILIWICK_TLS_CERT: own.certificate,
      BAILIWICK_TLS_KEY: own.key,
      BAILIWICK_TLS_CA: own.authority,
    },
    logFile,
    ready: async (signal) => {
      const dispatcher = await clientDispatcher(client);
      await answersOk(`https://127.0.0.1:${port}/health`, signal, dispatcher).finally(
        () => void dispatcher.destroy(),
      );
    },
  });
}
