// Brings a fresh clone to a built one. Runs on the machine's own Node (20 or newer) before anything is installed, so
// it is plain JavaScript without dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
/** A program that the packages bring. */
export const bin = (name) => join(root, 'node_modules', '.bin', name);

const began = performance.now();
/** Prints one line of progress with the seconds since the start. */
export function say(line) {
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}

/** One line for each thing that is missing on this machine; none when all is there. */
export function missingPrograms({ docker = false } = {}) {
  const missing = [];
  if (Number(process.versions.node.split('.')[0]) < 20)
    missing.push(`Node 20 or newer is needed, this is ${process.versions.node}: https://nodejs.org`);
  if (docker) {
    if (!succeeds('docker', ['info']))
      missing.push('A Docker daemon is needed for --docker: docker info fails.');
    return missing;
  }
  const java = /version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '')?.[1];
  if (java === undefined)
    missing.push('Java 17 or newer is missing (package openjdk-17-jre-headless); Apache Kafka runs on it.');
  else if (Number(java) < 17)
    missing.push(`Java 17 or newer is needed, this is ${java} (package openjdk-17-jre-headless).`);
  const cache = process.env.BAILIWICK_CACHE ?? join(homedir(), '.cache', 'bailiwick');
  if (!existsSync(join(cache, 'kafka-4.1.0')) && !succeeds('mvn', ['-v']))
    missing.push('Maven is missing (package maven); it downloads Apache Kafka once.');
  return missing;
}

/** Ends the process with one line for each thing that is missing. */
export function requirePrograms(options) {
  const missing = missingPrograms(options);
  for (const line of missing) console.error(line);
  if (missing.length > 0) process.exit(1);
}

/**
 * Installs the packages of package-lock.json unless exactly these are installed. Not by `npm ci`: it refuses a lock
 * file that does not name the binaries of every platform, and a registry may carry those of some platforms only.
 */
export async function install() {
  if (installedAsLocked()) return;
  say('installing the packages that package-lock.json names');
  await must('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Generates the protobuf code and compiles every package; both do nothing when nothing changed. */
export async function build() {
  await generate();
  say('compiling');
  await must(bin('tsc'), ['-b']);
}

/** Generates the protobuf code. */
export async function generate() {
  await must(process.execPath, [join(root, 'tools', 'codegen', 'generate.mjs')]);
}

/**
 * Runs a program in the foreground and gives its exit code. Ctrl-C reaches it through the terminal; this process
 * waits for its end, and passes on a SIGTERM that only this process got.
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment(), ...options });
  const pass = () => child.kill('SIGTERM');
  const ignore = () => undefined;
  process.on('SIGTERM', pass).on('SIGINT', ignore);
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => process.off('SIGTERM', pass).off('SIGINT', ignore));
}

/** Environment in which `node` is the runtime that the packages bring. */
export const environment = () => ({
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
});

async function must(command, args) {
  const code = await run(command, args);
  if (code !== 0) process.exit(code);
}

/** npm records in node_modules/.package-lock.json what it installed; optional packages of other platforms are not there. */
function installedAsLocked() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(bin('node'))) return false;
  const { packages: there } = JSON.parse(readFileSync(installed, 'utf8'));
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(wanted)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .every(([path, { version, optional }]) => there[path]?.version === version || (optional && !there[path]));
}

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
