import { z } from 'zod';
import type { StackCell } from '../stack/stack-file.js';
import { askAll, askCell, type Answers } from './lineage-api.js';
import { Transfer, TransferTotal } from './transfer.js';

/** Of whom, and of which time, the register is asked. */
export interface TransferQuery {
  readonly tenant: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

const parameters = ({ tenant, from, to }: TransferQuery, more: Record<string, string> = {}): string =>
  new URLSearchParams({ tenant, ...(from && { from }), ...(to && { to }), ...more }).toString();

/** The newest transfers, a list for each cell. */
export function listTransfers(
  cells: readonly StackCell[],
  query: TransferQuery,
): Promise<Answers<readonly Transfer[]>> {
  const List = z.object({ transfers: z.array(Transfer) });
  const path = `/v1/transfers?${parameters(query, { limit: String(query.limit) })}`;
  return askAll(cells, async (cell) => (await askCell(cell, path, List))?.transfers ?? []);
}

/** Totals, a list for each cell. */
export function totalTransfers(
  cells: readonly StackCell[],
  query: TransferQuery,
): Promise<Answers<readonly TransferTotal[]>> {
  const List = z.object({ totals: z.array(TransferTotal) });
  const path = `/v1/transfers/totals?${parameters(query)}`;
  return askAll(cells, async (cell) => (await askCell(cell, path, List))?.totals ?? []);
}
