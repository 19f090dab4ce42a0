import { z } from 'zod';
import { CliError, EXIT, type ExitCode } from '../exit-code.js';
import type { StackCell } from '../stack/stack-file.js';
import { Event, History, Violation } from './history.js';
import { jsonOf, requestLineage, type LineageAnswer } from './lineage-request.js';

const Problem = z.object({ code: z.string(), detail: z.string() });
/** Codes that say that a cell has no such thing. */
const UNKNOWN = new Set(['record-unknown', 'erasure-unknown', 'log-file-unknown']);

/** Which exit code a refusal is: the command line, the answer no, or a part that does not answer. */
function exitOf(status: number): ExitCode {
  if (status === 400) return EXIT.usage;
  return status === 401 || status === 403 ? EXIT.no : EXIT.unavailable;
}

/** Asks lineage of one cell; null when it knows no such thing. Throws with exit code 4 when it does not answer, and 1 when it refuses. */
export async function askCell<S extends z.ZodType>(
  cell: StackCell,
  path: string,
  schema: S,
): Promise<z.output<S> | null> {
  const answer = await requestLineage(cell, path);
  return answer.status === 200 ? schema.parse(jsonOf(answer)) : refused(cell, answer);
}

/** Reads a file of a cell's log; null when the log has none. Throws as `askCell` does. */
export async function askLogFile(cell: StackCell, path: string): Promise<Uint8Array | null> {
  const answer = await requestLineage(cell, `/v1/log/${path}`);
  return answer.status === 200 ? answer.bytes : refused(cell, answer);
}

/** Null for what is not there; everything else is thrown. */
function refused({ region }: StackCell, answer: LineageAnswer): null {
  const { code = `http-${answer.status}`, detail = '' } = Problem.safeParse(jsonOf(answer)).data ?? {};
  if (UNKNOWN.has(code)) return null;
  throw new CliError(exitOf(answer.status), `lineage of ${region}: ${detail} (${code})`);
}

/** What the cells answered, and a line for each that did not. */
export interface Answers<T> {
  readonly answers: readonly T[];
  readonly failures: readonly CliError[];
}

/** Asks every cell at once. Throws when none answers, so that one cell that is down does not hide the others. */
export async function askAll<T>(
  cells: readonly StackCell[],
  one: (cell: StackCell) => Promise<T>,
): Promise<Answers<T>> {
  const settled = await Promise.allSettled(cells.map(one));
  const failures = settled.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const unexpected = failures.find((failure) => !(failure instanceof CliError));
  if (unexpected !== undefined) throw unexpected;
  const known = failures.filter((failure) => failure instanceof CliError);
  if (known.length === cells.length && known[0]) throw known[0];
  return {
    answers: settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    failures: known,
  };
}

/** Which events are asked for. */
export interface EventQuery {
  readonly tenant?: string | undefined;
  readonly outcome?: string | undefined;
  readonly limit: number;
}

/** Lists of events, one a cell. */
export function listEvents(
  cells: readonly StackCell[],
  query: EventQuery,
): Promise<Answers<readonly Event[]>> {
  const parameters = new URLSearchParams({
    ...(query.tenant !== undefined && { tenant: query.tenant }),
    ...(query.outcome !== undefined && { outcome: query.outcome }),
    limit: String(query.limit),
  });
  const List = z.object({ events: z.array(Event) });
  return askAll(
    cells,
    async (cell) => (await askCell(cell, `/v1/events?${parameters.toString()}`, List))?.events ?? [],
  );
}

/** Histories of one record, one for each cell that saw it. */
export async function readHistories(cells: readonly StackCell[], eventId: string): Promise<Answers<History>> {
  const path = `/v1/records/${encodeURIComponent(eventId)}`;
  const { answers, failures } = await askAll(cells, (cell) => askCell(cell, path, History));
  return { answers: answers.filter((history) => history !== null), failures };
}

/** Evidence of one record, of each cell whose log holds entries of it. */
export async function readEvidence(
  cells: readonly StackCell[],
  eventId: string,
): Promise<Answers<{ readonly region: string; readonly bundle: string }>> {
  const path = `/v1/records/${encodeURIComponent(eventId)}/evidence`;
  const { answers, failures } = await askAll(cells, async (cell) => {
    const bundle = await askCell(cell, path, z.unknown());
    return bundle === null ? null : { region: cell.region, bundle: `${JSON.stringify(bundle, null, 2)}\n` };
  });
  return { answers: answers.filter((answer) => answer !== null), failures };
}

/** Lists of violations, one a cell. */
export function listViolations(
  cells: readonly StackCell[],
  limit: number,
): Promise<Answers<readonly Violation[]>> {
  const List = z.object({ violations: z.array(Violation) });
  return askAll(
    cells,
    async (cell) => (await askCell(cell, `/v1/violations?limit=${limit}`, List))?.violations ?? [],
  );
}
