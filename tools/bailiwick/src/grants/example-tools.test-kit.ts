import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, kafkaDistribution, onceOnMachine } from '@bailiwick/stack';
import { z } from 'zod';

const run = promisify(execFile);
/** The consumer is in a jar of its own, which a broker does not need. */
const TOOLS = 'org.apache.kafka:kafka-tools:4.1.0';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

type Missing = { readonly ok: false; readonly why: string };
/** The last line that a program wrote says why it failed. */
const Failed = z.object({ stderr: z.string() });
function missing(thrown: unknown): Missing {
  const text = Failed.safeParse(thrown).data?.stderr || String(thrown);
  return { ok: false, why: text.trim().split('\n').at(-1) ?? '' };
}

/** A Python with what a requirements file names, made once in the cache. BAILIWICK_PYTHON names one that has it already. */
export async function pythonWith(
  requirements: string,
): Promise<{ readonly ok: true; readonly program: string } | Missing> {
  const given = process.env['BAILIWICK_PYTHON'];
  if (given !== undefined) {
    const there = await run(given, ['-c', 'import confluent_kafka, duckdb']).then(() => null, missing);
    if (there === null) return { ok: true, program: given };
  }
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const home = join(cacheFolder(), `python-analytics-${digest}`);
  const program = join(home, 'bin', 'python');
  if (existsSync(join(home, 'complete'))) return { ok: true, program };
  try {
    await rm(home, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', home]);
    await run(
      program,
      ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--retries', '1', '-r', requirements],
      {
        timeout: 120_000,
      },
    );
    await run(program, ['-c', `open(${JSON.stringify(join(home, 'complete'))}, 'w').close()`]);
    return { ok: true, program };
  } catch (thrown) {
    await rm(home, { recursive: true, force: true });
    return missing(thrown);
  }
}

/** Arguments of Java that are `kafka-console-consumer.sh` of the distribution that the stack uses. */
export async function consoleConsumer(): Promise<
  { readonly ok: true; readonly args: readonly string[] } | Missing
> {
  try {
    const jars = await kafkaDistribution();
    const [, name, version] = TOOLS.split(':');
    const jar = join(dirname(jars), `${name}-${version}.jar`);
    await onceOnMachine(
      jars,
      () => existsSync(jar),
      async () => {
        const incoming = await mkdtemp(`${jar}.`);
        await run('mvn', ['-q', '-B', COPY, `-Dartifact=${TOOLS}`, `-DoutputDirectory=${incoming}`], {
          timeout: 120_000,
        });
        await rename(join(incoming, `${name}-${version}.jar`), jar);
        await rm(incoming, { recursive: true, force: true });
      },
    );
    const start = [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    ];
    return {
      ok: true,
      args: [...start, '-cp', `${join(jars, '*')}:${jar}`, 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
    };
  } catch (thrown) {
    return missing(thrown);
  }
}
