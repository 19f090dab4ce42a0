import { paintFor, type Paint } from '../print/style.js';
import type { CliError } from '../exit-code.js';

/** Where a command prints, and in what looks. */
export interface Terminal {
  readonly paint: Paint;
  readonly print: (...lines: readonly string[]) => void;
  readonly warn: (line: string) => void;
  /** The exit code when nothing is thrown. */
  readonly exit: (code: number) => void;
}

/** Standard output, for answers, and standard error, for everything else. */
export const terminal: Terminal = {
  paint: paintFor(process.stdout),
  print: (...lines) => {
    for (const line of lines) process.stdout.write(`${line}\n`);
  },
  warn: (line) => void process.stderr.write(`bailiwick: ${line}\n`),
  exit: (code) => void (process.exitCode = code),
};

/** Says which cells did not answer; the command then ends with their exit code though it printed what it has. */
export function reportFailures({ warn, exit }: Terminal, failures: readonly CliError[]): void {
  for (const failure of failures) {
    warn(failure.message);
    exit(failure.exitCode);
  }
}
