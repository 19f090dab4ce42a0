import { dirname, join } from 'node:path';
import { describeCause } from '@bailiwick/platform';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { Stack, StackCell } from '../stack/stack-file.js';
import { lookFor, type Planted, type Searched } from './place.js';
import { searchFolder } from './search-folders.js';
import { searchMetrics, searchTraces } from './search-http.js';
import { searchTables } from './search-tables.js';
import { searchTopics } from './search-topics.js';

/** Searches every place of one cell that may be read from here for a canary. Rejects with exit code 4 when one cannot be. */
export async function searchCell(
  stack: Stack,
  cell: StackCell,
  planted: Planted,
): Promise<readonly Searched[]> {
  const { region } = cell;
  const { canaries, since } = planted;
  const look = lookFor(canaries);
  // What the brokers and the database of this machine wrote; where they run elsewhere, there is no such folder.
  const data = join(dirname(stack.logs), 'data', region);
  const searched = await Promise.all([
    searchTopics(clusterAs('auditor', cell), look, since),
    searchTables(cell.database.url, region, planted),
    searchMetrics(cell.services, region, look),
    searchFolder('log', region, join(stack.logs, region), canaries, since),
    searchFolder('file', region, data, canaries, since),
    // Of the whole mesh, and so searched once: with the cell in which the canary is at home.
    ...(region === planted.region
      ? [
          searchFolder('log', region, join(stack.logs, 'control'), canaries, since),
          ...(stack.jaeger.query === null ? [] : [searchTraces(stack.jaeger.query, region, look, since)]),
        ]
      : []),
  ]).catch((thrown: unknown) => {
    throw new CliError(EXIT.unavailable, `${region} cannot be searched: ${describeCause(thrown)}`);
  });
  return searched.flat();
}
