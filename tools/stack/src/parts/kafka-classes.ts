import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ManagedProcess } from '../managed-process.js';
import { onceOnMachine } from './once-on-machine.js';

/** Makes a broker in a folder, with further flags of Java. */
export type MakeBroker = (folder: string, flags: readonly string[]) => Promise<ManagedProcess>;

/**
 * Flags with which Java takes Kafka's classes from an archive (class data sharing), which halves the time of every start. The archive is recorded
 * once from a broker that starts and ends; where that cannot be done, brokers start as they do without it.
 * https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export async function kafkaClasses(
  jars: string,
  makeBroker: MakeBroker,
  say: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  // An archive is for one build of Java; another one would pass it over and start slowly.
  const archive = `${jars}.java-${await javaBuild()}.jsa`;
  const cannot = `${archive}.none`;
  await onceOnMachine(
    archive,
    () => existsSync(archive) || existsSync(cannot),
    () => record(jars, archive, makeBroker, say).catch(() => writeFile(cannot, '')),
  );
  return existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : [];
}

async function record(
  jars: string,
  archive: string,
  makeBroker: MakeBroker,
  say: (line: string) => void,
): Promise<void> {
  say('recording what Java loads for Apache Kafka, once');
  const folder = await mkdtemp(`${jars}.`);
  try {
    const incoming = join(folder, 'classes.jsa');
    const broker = await makeBroker(join(folder, 'broker'), [`-XX:ArchiveClassesAtExit=${incoming}`]);
    await broker.start();
    await broker.stop();
    await rename(incoming, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function javaBuild(): Promise<string> {
  const { stderr } = await promisify(execFile)('java', ['-version']);
  return createHash('sha256').update(stderr).digest('hex').slice(0, 8);
}
