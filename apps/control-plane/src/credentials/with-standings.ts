import type { InForce } from '../publish/cell-publisher.js';
import type { Statement } from '../publish/statements.js';
import type { Db } from '../db.js';
import type { Standings } from './standings.js';

/** What is in force, and behind it how the credentials of connections stand. The same array while neither changes. */
export function withStandings(inForce: InForce, standings: Standings, db: Db): InForce {
  let made: { from: readonly Statement[]; revision: number; all: readonly Statement[] } | null = null;
  return {
    statements: async () => {
      const from = await inForce.statements();
      await standings.refresh(db);
      const { revision, statements } = standings;
      if (made?.from !== from || made.revision !== revision)
        made = { from, revision, all: [...from, ...statements] };
      return made.all;
    },
    onChange: (listener) => {
      inForce.onChange(listener);
      standings.onChange(listener);
    },
  };
}
