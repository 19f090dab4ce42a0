import { readFileSync } from 'node:fs';

/** Clock ticks per second of /proc on Linux (USER_HZ). */
const TICKS = 100;

/** What a process has used until now. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentMb: number;
}

/** Reads a living process from /proc; null when it has ended. */
export function usageOf(pid: number): Usage | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
      residentMb: (pages * 4096) / 1e6,
    };
  } catch {
    return null;
  }
}
