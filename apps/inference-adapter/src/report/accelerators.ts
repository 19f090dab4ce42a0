import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const LIMIT_MS = 5000;

/**
 * Ids of the accelerators of this machine, as `nvidia-smi` at this path tells them: `GPU-` and a UUID each, given by the maker.
 * Only true of a pool on the same machine. Undefined when it does not tell.
 */
export async function acceleratorIds(nvidiaSmi: string): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(nvidiaSmi, ['--query-gpu=uuid', '--format=csv,noheader'], {
      timeout: LIMIT_MS,
    });
    return stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    return undefined;
  }
}
