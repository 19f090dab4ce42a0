import {
  purposeKey,
  type ControlBody,
  type ControlKind,
  type Purpose,
  type ResidencyProfile,
} from '@bailiwick/domain';
import type { ControlView } from './admit.js';

/** A residency profile with its home in `eu-central`. */
export const profile = (tenant: string, changes: Partial<ResidencyProfile> = {}): ResidencyProfile => ({
  tenant,
  version: 1,
  homeJurisdiction: 'eu',
  homeRegion: 'eu-central',
  permitted: [],
  isolation: 'shared',
  contractReference: 'C-1',
  acknowledgement: { by: 'an officer', at: '2026-09-01T09:00:00Z', textDigest: 'a'.repeat(64) },
  ...changes,
});

/** A purpose about cases. */
export const purpose = (tenant: string, id = 'case-triage'): Purpose => ({
  id,
  tenant,
  version: 1,
  title: 'Sort a case.',
  lawfulBasis: 'GDPR Art 6(1)(b)',
  object: 'Case',
  fields: { Subject: { action: 'keep' } },
  prompt: { system: 'Sort.', lines: [{ label: 'Subject', field: 'Subject' }] },
  model: { alias: 'small', maxTokens: 10, timeoutMs: 1000 },
  output: { schema: {}, facets: [], renderings: {} },
  writeback: { target: 'crm', object: 'Case', mapping: {} },
});

/** Control state with these things and no others. */
export function controlOf(
  profiles: readonly ResidencyProfile[],
  purposes: readonly Purpose[],
  ready = true,
): ControlView {
  const bodies: { readonly [K in ControlKind]?: ReadonlyMap<string, ControlBody<K>> } = {
    profile: new Map(profiles.map((body) => [body.tenant, body])),
    purpose: new Map(purposes.map((body) => [purposeKey(body.tenant, body.id), body])),
    cell: new Map([
      [
        'us-east',
        {
          region: 'us-east',
          jurisdiction: 'us',
          ingestHttp: 'https://us.example',
          ingestGrpc: 'us.example:443',
        },
      ],
    ]),
  };
  return {
    ready,
    get: (kind, id) => bodies[kind]?.get(id) as never,
    all: (kind) => [...(bodies[kind]?.values() ?? [])] as never,
  };
}
