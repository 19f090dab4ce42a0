import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProcessTable, isAlive, type RecordedProcess } from './process-table.js';
import { startStack, type Stack } from './stack.js';
import { readStackFile } from './stack-file.js';

let folder: string;
let stack: Stack;

/** Only brokers, databases, identity provider and sample CRM: no service of the mesh. */
const options = { ports: 'any', jaeger: 'off', cells: ['eu-central'], services: () => false } as const;

beforeAll(async () => {
  // The database's own user must reach its folder, so it is not in the private temporary folder.
  folder = await mkdtemp('/var/tmp/stack-spec-');
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await stack?.stop();
  await new ProcessTable(join(folder, 'processes.json')).cleanUp();
  await rm(folder, { recursive: true, force: true });
});

const recorded = async (): Promise<readonly RecordedProcess[]> =>
  JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8'));

/** A stack in a process of its own, so that it can be killed as a whole. */
async function stackInProcess(): Promise<ChildProcess> {
  const script = `
    const { startStack } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
    const stack = await startStack({ ...${JSON.stringify(options)}, dir: ${JSON.stringify(folder)}, services: () => false });
    await stack.ready;
    console.log('up');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => text.toString().includes('up') && resolve());
    child.once('exit', (code) => reject(new Error(`the stack ended with ${code}`)));
  });
  return child;
}

test('what a stack that was killed hard left running is ended by the next start, and its data is kept', async () => {
  const first = await stackInProcess();
  const left = await recorded();
  expect(left.map(({ name }) => name).sort()).toEqual([
    'control/identity-provider',
    'eu-central/kafka',
    'eu-central/postgres',
    'outside/sample-crm',
  ]);
  const clusterId = await readFile(join(folder, 'data/eu-central/kafka/data/meta.properties'), 'utf8');
  const ended = new Promise((done) => first.once('exit', done));
  first.kill('SIGKILL');
  await ended;
  expect(left.filter(isAlive)).toEqual(left);
  await expect(readStackFile(join(folder, 'stack.json'))).rejects.toThrow('no stack is running');

  const said: string[] = [];
  stack = await startStack({ ...options, dir: folder, say: (line) => said.push(line) });
  await stack.ready;

  expect(said).toContain('ended 4 processes that the last stack left behind');
  expect(left.filter(isAlive)).toEqual([]);
  expect((await recorded()).filter(isAlive)).toHaveLength(4);
  expect(await readFile(join(folder, 'data/eu-central/kafka/data/meta.properties'), 'utf8')).toBe(clusterId);
});

test('the stack file tells other programs where everything is', async () => {
  const file = await readStackFile(join(folder, 'stack.json'));
  expect(file).toEqual(stack.stackFile);
  expect(Object.keys(file.tenants)).toEqual(['nordlicht', 'atlas', 'harbor', 'pending']);
  for (const { keyFile } of Object.values(file.tenants))
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  const metadata = await fetch(`${file.identityProvider.issuer}/.well-known/openid-configuration`);
  expect(await metadata.json()).toMatchObject({ issuer: file.identityProvider.issuer });
});

test('a part that is killed comes back by itself', async () => {
  const broker = stack.processes.get('eu-central/kafka');
  const before = broker?.pid;
  await broker?.kill();
  await broker?.start();
  expect(broker?.pid).not.toBe(before);
});

test('a stop ends every process that was started', async () => {
  const running = await recorded();
  await stack.stop();
  expect(running.filter(isAlive)).toEqual([]);
  expect(await recorded()).toEqual([]);
});
