import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/**
 * One process that a stack started. The start time tells it from a later process that got the same id, so that
 * nothing of anybody else is ever ended.
 */
export const RecordedProcess = z.strictObject({
  name: z.string(),
  pid: z.int().positive(),
  /** Clock ticks after boot, field 22 of /proc/<pid>/stat. */
  startTime: z.string(),
});
export type RecordedProcess = z.infer<typeof RecordedProcess>;

const TableFile = z.array(RecordedProcess);

/** Start time of a living process in clock ticks after boot; null when there is none (a zombie counts as none). */
export function startTimeOf(pid: number): string | null {
  try {
    // The command's name is in parentheses and may hold anything; the fields after it are plain.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** True while the very process that was recorded lives. */
export const isAlive = (recorded: RecordedProcess): boolean =>
  startTimeOf(recorded.pid) === recorded.startTime;

/** The processes of one stack, on disk, so that the next start can end what a killed one left behind. */
export class ProcessTable {
  private rows: RecordedProcess[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  /** Records a process that was just started. */
  async add(name: string, pid: number): Promise<void> {
    const startTime = startTimeOf(pid);
    if (startTime === null) return;
    this.rows.push({ name, pid, startTime });
    await this.write();
  }

  /** Forgets a process that has ended. */
  async remove(pid: number): Promise<void> {
    this.rows = this.rows.filter((row) => row.pid !== pid);
    await this.write();
  }

  /**
   * Ends every process that an earlier stack recorded and that still lives: politely, then, after `graceMs`, hard.
   * Returns those it found alive.
   */
  async cleanUp(graceMs = 5_000): Promise<readonly RecordedProcess[]> {
    const left = (await this.read()).filter(isAlive);
    for (const row of left) signal(row, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (left.some(isAlive) && Date.now() < deadline) await sleep(50);
    for (const row of left) signal(row, 'SIGKILL');
    while (left.some(isAlive)) await sleep(20);
    this.rows = [];
    await this.write();
    return left;
  }

  private async read(): Promise<readonly RecordedProcess[]> {
    const text = await readFile(this.file, 'utf8').catch(() => '[]');
    return TableFile.parse(JSON.parse(text));
  }

  private write(): Promise<void> {
    this.writing = this.writing.then(async () => {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(`${this.file}.new`, JSON.stringify(this.rows, null, 2));
      await rename(`${this.file}.new`, this.file);
    });
    return this.writing;
  }
}

function signal(row: RecordedProcess, name: NodeJS.Signals): void {
  if (!isAlive(row)) return;
  try {
    process.kill(row.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
