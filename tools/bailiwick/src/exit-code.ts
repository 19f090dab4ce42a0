/** Exit codes of `bailiwick`. Scripts may rely on them. */
export const EXIT = {
  ok: 0,
  /** The answer is no: an unknown event, a refused record. */
  no: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No stack is running, or the project is not built. */
  noStack: 3,
  /** A part of the running stack does not answer. */
  unavailable: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with one line on standard error. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}
