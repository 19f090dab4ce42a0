import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';

const ClientFiles = z.object({ certificate: z.string(), key: z.string(), authority: z.string() });

const StackCell = z.object({
  region: z.string(),
  jurisdiction: z.string(),
  kafka: z.object({ brokers: z.array(z.string()), auditor: ClientFiles, operator: ClientFiles }),
  ingest: z.object({ http: z.url() }),
  classifier: z.object({ http: z.url(), administrator: ClientFiles }),
  lineage: z.object({ api: z.url(), audience: z.string(), administrator: ClientFiles }),
  /** Role that may read lineage, and write nothing. */
  database: z.object({ url: z.url() }),
  /** Health and metrics by workload. */
  services: z.record(z.string(), z.url()),
  grantsFile: z.string(),
});
export type StackCell = z.infer<typeof StackCell>;

const StackTenant = z.object({
  clientId: z.string(),
  keyFile: z.string(),
  region: z.string(),
  source: z.string(),
  purposes: z.array(z.string()),
  /** OAuth client that reads the tenant's lineage. */
  compliance: z.object({ clientId: z.string(), keyFile: z.string() }),
});
export type StackTenant = z.infer<typeof StackTenant>;

/** What the commands need of `.bailiwick/stack.json`; `tools/stack` writes it and says what all of it means. */
export const Stack = z.object({
  supervisor: z.object({ pid: z.int() }),
  startedAt: z.string(),
  cells: z.record(z.string(), StackCell),
  controlPlane: z.object({ api: z.url(), audience: z.string() }),
  /** People of the development provider, by subject. */
  people: z.record(z.string(), z.object({ clientId: z.string(), keyFile: z.string(), name: z.string() })),
  identityProvider: z.object({ issuer: z.url(), audience: z.string() }),
  jaeger: z.object({ query: z.url().nullable() }),
  /** PEM file of the authority that signed the certificates of the stack. */
  authority: z.string(),
  trustFile: z.string(),
  logsFile: z.string(),
  /** Folder of what the processes logged, by region. */
  logs: z.string(),
  tenants: z.record(z.string(), StackTenant),
});
export type Stack = z.infer<typeof Stack>;

const noStack = (why: string): CliError =>
  new CliError(EXIT.noStack, `no stack is running: ${why}; start one with npm start`);

/** Path of the stack file: BAILIWICK_STACK_FILE, or the nearest `.bailiwick/stack.json` upwards. Null when there is none. */
export function stackFilePath(folder: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['BAILIWICK_STACK_FILE'];
  if (named) return resolve(folder, named);
  for (let above = resolve(folder); ; above = dirname(above)) {
    const file = join(above, '.bailiwick', 'stack.json');
    if (existsSync(file)) return file;
    if (above === dirname(above)) return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user lives, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Finds the running stack. Throws with exit code 3 and a line that says what is missing. */
export function findStack(folder = process.cwd(), env: NodeJS.ProcessEnv = process.env): Stack {
  const file = stackFilePath(folder, env);
  if (file === null) throw noStack(`there is no .bailiwick/stack.json in ${folder} or above`);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw noStack(`${file} cannot be read`);
  }
  const stack = Stack.safeParse(document);
  if (!stack.success) {
    const wrong = stack.error.issues[0]?.path.join('.') ?? '';
    throw noStack(`${file} was written by another version (${wrong})`);
  }
  if (!isAlive(stack.data.supervisor.pid)) throw noStack(`the one of ${stack.data.startedAt} has ended`);
  return stack.data;
}

/** Cells of the stack, or the one that is named. Throws a usage error that lists the regions. */
export function cellsOf(stack: Stack, region?: string): readonly StackCell[] {
  const cells = Object.values(stack.cells);
  if (region === undefined) return cells;
  const cell = cells.find((candidate) => candidate.region === region);
  if (cell) return [cell];
  throw new CliError(
    EXIT.usage,
    `there is no region ${region}; there are ${Object.keys(stack.cells).join(', ')}`,
  );
}

/** The OAuth client of a sample tenant. Throws with the tenants that there are. */
export function clientOf({ tenants }: Stack, tenant: string): StackTenant {
  const client = tenants[tenant];
  if (client) return client;
  const known = Object.keys(tenants).join(', ');
  throw new CliError(EXIT.usage, `the stack has no client of tenant ${tenant}; there are ${known}`);
}
