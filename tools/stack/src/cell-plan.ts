import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES, adapterWorkload, poolWorkload } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { parse } from 'yaml';
import type { Ports } from './ports.js';
import { REPOSITORY } from './stack-folder.js';

/** One cell that is to run: what it is, and the ports of 127.0.0.1 that its parts listen on. */
export interface CellPlan {
  readonly spec: CellSpec;
  /** Path of its spec. */
  readonly file: string;
  readonly kafka: number;
  readonly kafkaController: number;
  readonly postgres: number;
  /** HTTPS port of ingest for producers. */
  readonly ingestApi: number;
  /** HTTPS port of the classifier for administrators, who ask it what it would keep. */
  readonly classifierApi: number;
  /** HTTPS port of lineage for who reads it. */
  readonly lineageApi: number;
  /** HTTP port (health, metrics, and what it serves) of each workload, the adapters and pools by `inference-adapter.<pool>` and `pool.<pool>`. */
  readonly http: Readonly<Record<string, number>>;
  /** gRPC port (health, and what it serves) of each service, the adapters by `inference-adapter.<pool>`. */
  readonly grpc: Readonly<Record<string, number>>;
}

/** Preferred gRPC ports of the services that others call; those that only say how they are follow from 280. */
const GRPC_PORTS: Readonly<Record<string, number>> = { ingest: 51, 'residency-router': 52, lineage: 53 };

/** Reads the specs of all cells that the repository declares, the first of which starts first. */
export async function readCellSpecs(
  folder = join(REPOSITORY, 'infra', 'jurisdictions'),
): Promise<readonly { readonly spec: CellSpec; readonly file: string }[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      return { spec: CellSpec.parse(parse(await readFile(file, 'utf8'))), file };
    }),
  );
}

/** Workloads of the mesh in a cell: its services, and one adapter per pool. */
const serviceWorkloads = (spec: CellSpec): readonly string[] => [
  ...SERVICES.filter((service) => service !== 'inference-adapter' && service !== 'control-plane'),
  ...spec.pools.map(({ id }) => adapterWorkload(id)),
];

/** Names of the workloads of a cell that serve HTTP: its services and adapters, and the pools. */
export const httpWorkloads = (spec: CellSpec): readonly string[] => [
  ...serviceWorkloads(spec),
  ...spec.pools.map(({ id }) => poolWorkload(id)),
];

/**
 * Claims the ports of a cell. `base` is the first of a block of a thousand preferred ones (Kafka on `base + 92`,
 * HTTP from `base + 80`), or null for any.
 */
export async function planCell(
  spec: CellSpec,
  file: string,
  ports: Ports,
  base: number | null,
): Promise<CellPlan> {
  const claim = (purpose: string, offset: number): Promise<number> =>
    ports.claim(`${spec.region}/${purpose}`, base === null ? 0 : base + offset);
  const http: Record<string, number> = {};
  for (const [index, workload] of httpWorkloads(spec).entries())
    http[workload] = await claim(workload, 180 + index);
  const grpc: Record<string, number> = {};
  for (const [index, workload] of serviceWorkloads(spec).entries())
    grpc[workload] = await claim(`${workload} gRPC`, GRPC_PORTS[workload] ?? 280 + index);
  return {
    spec,
    file,
    kafka: await claim('kafka', 92),
    kafkaController: await claim('kafka controller', 93),
    postgres: await claim('postgres', 54),
    ingestApi: await claim('ingest API', 43),
    classifierApi: await claim('classifier API', 44),
    lineageApi: await claim('lineage API', 45),
    http,
    grpc,
  };
}
