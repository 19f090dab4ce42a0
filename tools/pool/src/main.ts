import { readConfig, type PoolConfig } from './config.js';
import type { Engine } from './engine.js';
import { InstantEngine } from './instant-engine.js';
import { createLogger, type Logger } from './log.js';
import { PoolServer } from './pool-server.js';

/** The llama engine is loaded only where it is wanted: the instant one should cost no native library. */
async function createEngine(config: PoolConfig, log: Logger): Promise<Engine> {
  if (config.engine === 'instant') return new InstantEngine([...config.models.keys()]);
  const { LlamaEngine } = await import('./llama-engine.js');
  return LlamaEngine.load(config.models, config.sequences, log);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.pool);
  const engine = await createEngine(config, log);
  const server = new PoolServer(config, engine, log);
  const url = await server.listen();
  log.info({ event: 'listening', url, engine: config.engine, models: engine.models });
  const stop = async (reason: NodeJS.Signals): Promise<void> => {
    log.info({ event: 'stopping', reason });
    await server.close();
    await engine[Symbol.asyncDispose]();
    log.info({ event: 'stopped' });
  };
  process.once('SIGTERM', (reason) => void stop(reason));
  process.once('SIGINT', (reason) => void stop(reason));
}

try {
  await main();
} catch (error) {
  // Configuration errors are for the operator's eyes; they name variables, never values.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
