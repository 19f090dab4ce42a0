import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onceOnMachine } from './once-on-machine.js';

const KAFKA_VERSION = '4.1.0';
const POM = join(import.meta.dirname, '..', '..', 'kafka', 'pom.xml');

/** Folder for what is downloaded or built once and outlives the checkout; BAILIWICK_CACHE overrides it. */
export const cacheFolder = (): string =>
  process.env['BAILIWICK_CACHE'] ?? join(homedir(), '.cache', 'bailiwick');

/** Folder with the jars of Apache Kafka; Maven downloads them once, 43 MB. */
export async function kafkaDistribution(say: (line: string) => void = () => undefined): Promise<string> {
  const jars = join(cacheFolder(), `kafka-${KAFKA_VERSION}`);
  await requireProgram(
    'java',
    ['-version'],
    'Java 17 or newer is missing: install a JRE, for example openjdk-17-jre-headless.',
  );
  if (existsSync(jars)) return jars;
  // Two Mavens at the same time spoil each other's downloads: https://issues.apache.org/jira/browse/MNG-2802
  await onceOnMachine(
    jars,
    () => existsSync(jars),
    () => download(jars, say),
  );
  return jars;
}

async function download(jars: string, say: (line: string) => void): Promise<void> {
  await requireProgram(
    'mvn',
    ['-v'],
    'Maven is missing: install it (package maven), it downloads Apache Kafka once.',
  );
  say(`downloading Apache Kafka ${KAFKA_VERSION} with Maven, once`);
  const incoming = `${jars}.${process.pid}`;
  await mkdir(incoming, { recursive: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const maven = spawn(
    'mvn',
    ['-q', '-B', '-f', POM, goal, '-DincludeScope=runtime', `-DoutputDirectory=${incoming}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [maven.stdout, maven.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4000)));
  const code = await new Promise<number | null>((done) => maven.on('close', done));
  if (code !== 0) {
    await rm(incoming, { recursive: true, force: true });
    throw new Error(`Maven could not download Apache Kafka (exit ${code}):\n${output.trim()}`);
  }
  await rename(incoming, jars).catch(() => rm(incoming, { recursive: true, force: true }));
}

async function requireProgram(program: string, args: string[], complaint: string): Promise<void> {
  await promisify(execFile)(program, args).catch(() => {
    throw new Error(complaint);
  });
}
