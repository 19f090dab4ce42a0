import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ports, REPOSITORY } from '@bailiwick/stack';

/** Time to start, in milliseconds: it imports for long. */
const START_MS = 90_000;
const MODEL = 'instant';
const KEY = 'sk-bench';

/** A LiteLLM proxy before the same instant pool. */
export interface LiteLlm {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  readonly version: string;
  readonly stop: () => Promise<void>;
}

/** Starts an instant pool and the proxy of a Python that has `litellm[proxy]`, with one worker, on loopback and without TLS. */
export async function startLiteLlm(python: string, folder: string): Promise<LiteLlm> {
  const ports = new Ports();
  const [poolPort, port] = [await ports.claim('pool', 0), await ports.claim('litellm', 0)];
  const pool = spawn(process.execPath, [join(REPOSITORY, 'tools', 'pool', 'dist', 'main.js')], {
    stdio: 'ignore',
    env: {
      ...process.env,
      BAILIWICK_POOL: 'bench',
      BAILIWICK_HTTP_PORT: String(poolPort),
      BAILIWICK_POOL_MODELS: `${MODEL}=${join(REPOSITORY, 'tools', 'model', 'case-triage.gguf')}`,
      BAILIWICK_POOL_ENGINE: 'instant',
    },
  });
  const config = join(folder, 'litellm.json');
  const params = { model: `openai/${MODEL}`, api_base: `http://127.0.0.1:${poolPort}/v1`, api_key: 'none' };
  await writeFile(
    config,
    JSON.stringify({
      model_list: [{ model_name: MODEL, litellm_params: params }],
      general_settings: { master_key: KEY },
    }),
  );
  const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'];
  const proxy = spawn(join(dirname(python), 'litellm'), args, {
    stdio: 'ignore',
    env: {
      ...process.env,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      LITELLM_TELEMETRY: 'False',
      LITELLM_LOG: 'ERROR',
    },
  });
  const stop = async (): Promise<void> => {
    for (const child of [proxy, pool])
      if (child.exitCode === null && child.pid !== undefined) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 5000);
        await ended.finally(() => clearTimeout(late));
      }
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await isUp(`${url}/health/liveliness`);
    return { url: `${url}/v1`, model: MODEL, apiKey: KEY, version: await versionOf(python), stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function isUp(url: string): Promise<void> {
  for (const began = Date.now(); Date.now() - began < START_MS; await sleep(500)) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
  }
  throw new Error(`LiteLLM did not start within ${START_MS / 1000} s`);
}

async function versionOf(python: string): Promise<string> {
  const code = 'import importlib.metadata as m; print(m.version("litellm"))';
  const child = spawn(python, ['-c', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'exit');
  return text.trim();
}
