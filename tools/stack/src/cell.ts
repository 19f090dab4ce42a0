import type { CellSpec } from '@bailiwick/domain';
import { meshWorkloads, serviceProcess, type MeshContext } from './services/service-process.js';
import type { CellPlan } from './cell-plan.js';
import { GrantStore } from './grants/grant-store.js';
import { GrantSweeper } from './grants/grant-sweeper.js';
import { ManagedProcess } from './managed-process.js';
import { provisionControlDatabase, provisionDatabase } from './parts/database-roles.js';
import { kafkaBroker } from './parts/kafka-broker.js';
import { poolProcess } from './parts/pool.js';
import { postgresServer } from './parts/postgres.js';
import { clusterAsAdministrator, provisionBroker } from './parts/provision-broker.js';
import type { ProcessTable } from './process-table.js';
import type { ResolvedOptions } from './stack-options.js';
import type { Supervisor } from './supervisor.js';

/** What starting a cell needs beside the cell itself. */
export interface CellStart {
  readonly mesh: MeshContext;
  readonly options: ResolvedOptions;
  readonly supervisor: Supervisor;
  readonly table: ProcessTable;
}

/** Brings up what the services of a cell stand on: broker with topics and grants, database with roles. */
export async function startParts(
  cell: CellPlan,
  { mesh, options, supervisor, table }: CellStart,
): Promise<void> {
  const { region } = cell.spec;
  const { folder, authority } = mesh;
  // The control-plane keeps its store on the server of the first cell, which is there before any other.
  const provision = async (server: Parameters<typeof provisionDatabase>[0]): Promise<void> => {
    await provisionDatabase(server);
    if (cell === mesh.cells[0]) await provisionControlDatabase(server);
  };
  const others: readonly CellSpec[] = mesh.cells.filter((other) => other !== cell).map(({ spec }) => spec);
  const kafka = async (): Promise<void> => {
    if (options.parts === 'docker') {
      const { brokerContainer } = await import('./docker/broker-container.js');
      supervisor.hold(await brokerContainer(region, cell.kafka, authority));
    } else {
      const broker = await kafkaBroker({
        region,
        folder: folder.data(region, 'kafka'),
        port: cell.kafka,
        controllerPort: cell.kafkaController,
        authority,
        table,
        logFile: folder.log(region, 'kafka'),
        say: options.say,
      });
      await supervisor.start(broker);
    }
    await provisionBroker(cell.spec, others, cell.kafka, authority);
    const cluster = await clusterAsAdministrator(region, [`127.0.0.1:${cell.kafka}`], authority);
    const store = new GrantStore(folder.grants(region));
    supervisor.hold(GrantSweeper.start({ cell: cell.spec, cluster, store }, options.say));
    options.say(`${region}: Kafka is up on 127.0.0.1:${cell.kafka}, topics and grants are made`);
  };
  const postgres = async (): Promise<void> => {
    if (options.parts === 'docker') {
      const { postgresContainer } = await import('./docker/postgres-container.js');
      const { container, administrator } = await postgresContainer(region, cell.postgres, authority);
      supervisor.hold(container);
      await provision({ administrator });
    } else {
      const server = await postgresServer({
        region,
        folder: folder.data(region, 'postgres'),
        port: cell.postgres,
        authority,
        table,
        logFile: folder.log(region, 'postgres'),
      });
      await supervisor.start(server.process);
      await provision(server);
    }
    options.say(`${region}: PostgreSQL is up on 127.0.0.1:${cell.postgres}, roles are made`);
  };
  await Promise.all([kafka(), postgres()]);
}

/** Brings up the pools and services of a cell, all at once; each waits by itself for what it needs. */
export async function startServices(
  cell: CellPlan,
  { mesh, options, supervisor, table }: CellStart,
): Promise<void> {
  const { spec } = cell;
  const pools = spec.pools.filter(({ id }) => options.services(spec.region, `pool.${id}`));
  const services = meshWorkloads(cell).filter((workload) => options.services(spec.region, workload));
  const specs = await Promise.all([
    ...services.map((workload) => serviceProcess(mesh, cell, workload)),
    ...pools.map((pool) =>
      poolProcess({
        cell: spec,
        pool,
        port: cell.http[`pool.${pool.id}`] ?? 0,
        engine: options.poolEngine,
        authority: mesh.authority,
        logFile: mesh.folder.log(spec.region, `pool.${pool.id}`),
      }),
    ),
  ]);
  await Promise.all(specs.map((process) => supervisor.start(new ManagedProcess(process, table))));
  options.say(`${spec.region}: ${services.length} services and ${pools.length} pools are ready`);
}
