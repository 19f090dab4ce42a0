import { readFileSync } from 'node:fs';

/** Clock ticks per second of /proc on Linux (USER_HZ). */
const TICKS = 100;

/** What a process has used until now. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentMb: number;
}

/** Reads a living process and its descendants from /proc; null when it has ended. PostgreSQL works in its children. */
export function usageOf(pid: number): Usage | null {
  const own = usageOfOne(pid);
  if (own === null) return null;
  return childrenOf(pid)
    .map(usageOf)
    .filter((usage) => usage !== null)
    .reduce(
      (sum, { cpuSeconds, residentMb }) => ({
        cpuSeconds: sum.cpuSeconds + cpuSeconds,
        residentMb: sum.residentMb + residentMb,
      }),
      own,
    );
}

function childrenOf(pid: number): readonly number[] {
  try {
    const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return ids.filter((id) => id !== '').map(Number);
  } catch {
    return [];
  }
}

function usageOfOne(pid: number): Usage | null {
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
