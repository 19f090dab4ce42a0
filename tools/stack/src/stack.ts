import { CertificateAuthority } from './parts/certificate-authority.js';
import { KeyMaterial } from './parts/key-material.js';
import { writeConfig } from './parts/write-config.js';
import { startParts, startServices, type CellStart } from './cell.js';
import { planCell, readCellSpecs, type CellPlan } from './cell-plan.js';
import type { ManagedProcess } from './managed-process.js';
import {
  planOutside,
  startControlPlane,
  startIdentityProvider,
  startJaeger,
  startSampleCrm,
  type OutsidePlan,
} from './outside.js';
import { writeSharedConfig } from './shared-config.js';
import { Ports } from './ports.js';
import { ProcessTable, isAlive } from './process-table.js';
import { describeStack } from './describe-stack.js';
import { readStackFile, type StackFile } from './stack-file.js';
import { resolveOptions, type ResolvedOptions, type StackOptions } from './stack-options.js';
import { Supervisor } from './supervisor.js';

/** A running stack. */
export interface Stack {
  readonly stackFile: StackFile;
  /**
   * Every process by name, for example `eu-central/classifier` or `eu-central/kafka`. One that is killed is started
   * again by the supervisor; one that is stopped stays down until it is started.
   */
  readonly processes: ReadonlyMap<string, ManagedProcess>;
  /** Resolves when every service of every cell has become ready for the first time. */
  readonly ready: Promise<void>;
  /** Ends every process that this stack started: services, then pools, then brokers and databases. */
  readonly stop: () => Promise<void>;
}

/** Blocks of preferred ports: the first cell's Kafka is 127.0.0.1:19092, the second's 29092. */
const PORT_BLOCK = 10_000;
const FIRST_PORT = 19_000;

/**
 * Starts a stack. First it ends what an earlier one left behind, by recorded process id and start time. The first
 * cell's way of a record is brought up before anything else; the promise resolves when that cell is ready, and
 * `ready` when all are.
 */
export async function startStack(given: StackOptions = {}): Promise<Stack> {
  const options = resolveOptions(given);
  const { folder, say } = options;
  await refuseSecondStack(folder.stackFile);
  const table = new ProcessTable(folder.processTable);
  const left = await table.cleanUp();
  if (left.length > 0) say(`ended ${left.length} processes that the last stack left behind`);

  const supervisor = new Supervisor(say);
  // Its processes are groups of their own: who ends without stopping it would leave all of them behind.
  const abandon = (): void => supervisor.abandon();
  process.once('exit', abandon);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= supervisor.stop(stopOrder).finally(() => process.off('exit', abandon)));
  const abort = (): void => void stop();
  options.signal.addEventListener('abort', abort, { once: true });
  try {
    const plan = await planStack(options);
    const start: CellStart = { mesh: plan.mesh, options, supervisor, table };
    const ready = bringUp(plan, start);
    ready.all.catch(() => undefined);
    await ready.first;
    const stackFile = await describeStack(plan.mesh, plan.outside);
    await writeConfig(folder.stackFile, stackFile);
    return { stackFile, processes: supervisor.all, ready: ready.all, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal.removeEventListener('abort', abort);
  }
}

/** Everything that is known before the first process runs. */
interface StackPlan {
  readonly mesh: CellStart['mesh'];
  readonly outside: OutsidePlan;
}

async function planStack(options: ResolvedOptions): Promise<StackPlan> {
  const { folder, say } = options;
  const ports = new Ports((purpose, preferred, instead) =>
    say(`port ${preferred} is taken, ${purpose} uses ${instead}`),
  );
  const declared = await readCellSpecs();
  const wanted = options.cells ?? declared.map(({ spec }) => spec.region);
  const cells: CellPlan[] = [];
  for (const [index, region] of wanted.entries()) {
    const found = declared.find(({ spec }) => spec.region === region);
    if (!found) throw new Error(`infra/jurisdictions declares no cell ${region}`);
    const base = options.ports === 'any' ? null : FIRST_PORT + index * PORT_BLOCK;
    cells.push(await planCell(found.spec, found.file, ports, base));
  }
  const authority = await CertificateAuthority.open(folder.identities);
  const keys = new KeyMaterial(folder.keys);
  const outside = await planOutside(options, ports);
  const shared = await writeSharedConfig({
    folder,
    keys,
    cells,
    outside,
    authorityFile: authority.file,
  });
  const mesh = {
    folder,
    authority,
    keys,
    cells,
    otlp: outside.otlp,
    issuer: outside.issuer,
    credentialsUrl: `https://127.0.0.1:${outside.controlPlane.credentials}`,
    env: options.env,
    ...shared,
  };
  return { mesh, outside };
}

/** Starts everything in the order in which a first record needs it; `first` resolves when one can be answered. */
function bringUp(
  { mesh, outside }: StackPlan,
  start: CellStart,
): { first: Promise<void>; all: Promise<void> } {
  const [firstCell, ...otherCells] = mesh.cells;
  if (!firstCell) throw new Error('a stack needs at least one cell');
  const parts = startParts(firstCell, start);
  const edge = Promise.all([startIdentityProvider(outside, start), startSampleCrm(outside, start)]);
  // The control-plane is ready when it has spoken to every cell, so the first record does not wait for it.
  const controlPlane = parts.then(() => startControlPlane(outside, start));
  const first = parts.then(async () => {
    await Promise.all([edge, startServices(firstCell, start)]);
  });
  // The machine's cores belong to the first cell until it is ready.
  const rest = first.then(async () => {
    for (const cell of otherCells) {
      await startParts(cell, start);
      await startServices(cell, start);
    }
    await controlPlane;
    await startJaeger(outside, start);
  });
  for (const pending of [edge, controlPlane, rest]) pending.catch(() => undefined);
  return { first, all: rest };
}

async function refuseSecondStack(stackFile: string): Promise<void> {
  const running = await readStackFile(stackFile).catch(() => null);
  const supervisor = running?.supervisor;
  if (supervisor && supervisor.pid !== process.pid && isAlive({ name: 'supervisor', ...supervisor }))
    throw new Error(
      `a stack already runs here (process ${supervisor.pid}); stop it first, or give another folder`,
    );
}

/** Groups in which processes end: what feeds the mesh first, what it stands on last. */
function stopOrder(name: string): number {
  if (name === 'outside/sample-crm') return 0;
  if (/\/(kafka|postgres)$/.test(name)) return 3;
  if (/^control\/(jaeger|identity-provider)/.test(name) || name.includes('/pool.')) return 2;
  return 1;
}
