import { generateKeyPairSync } from 'node:crypto';
import type { Book } from '../book/book.js';
import { Changes } from '../change/changes.js';
import { CrmKeys } from '../credentials/crm-keys.js';
import { Envelope } from '../credentials/envelope.js';
import { DryRuns } from '../dry-run/dry-runs.js';
import { Acknowledgements } from '../profile/acknowledgements.js';
import { Releases } from '../release/releases.js';
import type { Route } from './route.js';
import { routesOf } from './routes.js';

/** The routes, as they are described and not served: of no cell, with a key of nobody. */
export function documentedRoutes(book: Book): readonly Route[] {
  const signer = { key: generateKeyPairSync('ed25519').privateKey, kid: 'none' };
  const parts = { book, cells: [], entities: new Set<string>(), signer, now: () => 0 };
  return routesOf({
    book,
    cells: [],
    publishers: [],
    changes: new Changes(parts),
    dryRuns: new DryRuns(book, [], { last: async () => [] }, parts.now),
    acknowledgements: new Acknowledgements(book, parts.now),
    releases: new Releases(signer, parts.now),
    keys: new CrmKeys(new Envelope({ wrap: async (key) => key, unwrap: async (key) => key })),
    clients: [],
  });
}
