import { BailiwickError } from '@bailiwick/platform';
import { parseTilePath } from '@bailiwick/tlog';
import { z } from 'zod';
import type { LogFolder } from '../log/log-folder.js';
import type { ReadScope } from '../scope/read-scope.js';
import { fileRoute, textRoute, type Route } from './route.js';

/** The whole log, bundles of entries included, in the layout of C2SP tlog-tiles: for auditors who may read every tenant. */
export const logRoutes = (log: Pick<LogFolder, 'checkpoint' | 'read'>): readonly Route[] => [
  textRoute({
    path: '/v1/log/checkpoint',
    operationId: 'getCheckpoint',
    summary: 'The newest signed checkpoint. Problem `log-file-unknown` before there is any.',
    type: 'text/plain',
    answer: z.string(),
    handle: async ({ scope }) => {
      requireOperator(scope);
      const note = await log.checkpoint();
      if (note === null) throw new BailiwickError('log-file-unknown', 'nothing of this log is published yet');
      return note;
    },
  }),
  fileRoute({
    path: '/v1/log/tile/{tile}',
    rest: 'tile',
    operationId: 'getTile',
    summary:
      'A tile of hashes or a bundle of entries: the rest of the path is as C2SP tlog-tiles has it, slashes included. Problem `log-file-unknown`.',
    params: z.object({ tile: z.string() }),
    handle: async ({ scope, params }) => {
      requireOperator(scope);
      const path = `tile/${params.tile}`;
      const file = parseTilePath(path) ? await log.read(path) : null;
      if (file === null) throw new BailiwickError('log-file-unknown', 'the log has no such tile, or not yet');
      return file;
    },
  }),
];

/** Entries are facts of all tenants. Throws `scope-insufficient` for who reads one: the evidence of a record is what it has. */
function requireOperator({ kind }: ReadScope): void {
  if (kind !== 'operator')
    throw new BailiwickError('scope-insufficient', 'the log holds entries of all tenants; ask for evidence');
}
