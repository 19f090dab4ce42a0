import type { Changes } from '../change/changes.js';
import type { DryRuns } from '../dry-run/dry-runs.js';
import type { Acknowledgements } from '../profile/acknowledgements.js';
import type { Releases } from '../release/releases.js';
import { changeRoutes } from './change.routes.js';
import { credentialRoutes, type CredentialApiParts } from './credential.routes.js';
import { meshRoutes, type MeshParts } from './mesh.routes.js';
import { peopleRoutes } from './people.routes.js';
import { releaseRoutes } from './release.routes.js';
import type { Route } from './route.js';
import { tenantRoutes } from './tenant.routes.js';

/** What the API speaks about. */
export interface ApiParts extends MeshParts, CredentialApiParts {
  readonly changes: Changes;
  readonly dryRuns: DryRuns;
  readonly acknowledgements: Acknowledgements;
  readonly releases: Releases;
}

/** Every operation of the API. */
export const routesOf = ({
  changes,
  dryRuns,
  acknowledgements,
  releases,
  keys,
  clients,
  ...mesh
}: ApiParts): readonly Route[] => [
  ...meshRoutes(mesh),
  ...tenantRoutes(mesh.book, acknowledgements),
  ...changeRoutes(changes, dryRuns),
  ...releaseRoutes(releases),
  ...credentialRoutes({ book: mesh.book, keys, clients }),
  ...peopleRoutes(mesh.book),
];
