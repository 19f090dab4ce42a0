import { openCheckpoint, type Checkpoint, type TileReader } from '@bailiwick/tlog';
import { CliError, EXIT } from '../exit-code.js';
import { askLogFile } from '../lineage/lineage-api.js';
import type { Stack, StackCell } from '../stack/stack-file.js';
import type { KnownLog } from './known-logs.js';

/** Longest wait for one file of a log, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** The log of a cell as it is served: nothing of it is trusted but the signatures of its checkpoint. */
export interface ServedLog {
  readonly read: TileReader;
  readonly head: Checkpoint;
  /** Signed checkpoint. */
  readonly note: string;
  /** Names of the witnesses that cosigned it. */
  readonly cosignedBy: readonly string[];
}

/**
 * Opens a log by its newest checkpoint. Its tree is read by anybody; with its cell, whoever may read every tenant reads its entries, too.
 * Throws with exit code 4 when it cannot be read, and 1 when nobody trusted signed it.
 */
export async function openServedLog(
  { region, url, log: key }: KnownLog,
  witnesses: readonly KnownLog['witness'][],
  cell?: StackCell,
): Promise<ServedLog> {
  const read = cell ? (path: string) => askLogFile(cell, path) : readerOf(region, `${url}/v1/log/`);
  const note = Buffer.from((await read('checkpoint')) ?? '').toString('utf8');
  const opened = openCheckpoint(note, key.name, [key, ...witnesses]);
  if (!opened.ok)
    throw new CliError(EXIT.no, `the checkpoint of ${region} is not one of its log: ${opened.reason}`);
  const { checkpoint: head, note: signed } = opened.value;
  const cosigned = signed.signatures.filter(({ time }) => time !== undefined);
  return { read, head, note, cosignedBy: cosigned.map(({ name }) => name) };
}

/** Witnesses of a log: those beside the logs of all other cells. */
export const witnessesOf = (
  { region }: KnownLog,
  logs: readonly KnownLog[],
): readonly KnownLog['witness'][] =>
  logs.filter((other) => other.region !== region).map(({ witness }) => witness);

/** The cell whose log it is. Throws a usage error when the stack has no such cell. */
export function cellOfLog({ region }: KnownLog, { cells }: Stack): StackCell {
  const cell = Object.values(cells).find((candidate) => candidate.region === region);
  if (!cell) throw new CliError(EXIT.usage, `the stack has no cell ${region}, whose log is listed`);
  return cell;
}

const readerOf =
  (region: string, base: string): TileReader =>
  async (path) => {
    const answer = await fetch(base + path, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
      throw new CliError(EXIT.unavailable, `the log of ${region} does not answer (${base})`);
    });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  };
