import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  MinimisedRecord,
  spiffeId,
  topicNames,
  type InferenceRequest,
  type Sealed,
  type TrustBundle,
} from '@bailiwick/contracts';
import { Sensitive } from '@bailiwick/custody';
import type { CellSpec, ControlBody, ControlKind, Pool, Purpose, ResidencyProfile } from '@bailiwick/domain';
import { ReceiptSigner, type SigningKey } from '@bailiwick/receipt';
import type { Candidate } from './candidate.js';
import { PoolInventory } from '../inventory/pool-inventory.js';
import { DecisionMaker, type ControlState } from './decision-maker.js';
import type { CheckpointParts } from '../border/checkpoint.js';

export const EU: CellSpec = {
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 4,
  lanes: 2,
  pools: [{ id: 'eu-shared', dedicatedTo: null, models: ['small'] }],
  borders: ['us'],
};
export const US: CellSpec = {
  ...EU,
  region: 'us-east',
  jurisdiction: 'us',
  pools: [{ id: 'us-shared', dedicatedTo: null, models: ['small', 'long'] }],
  borders: ['eu'],
};
export const NEIGHBOUR = { region: 'us-east', jurisdiction: 'us', brokers: ['127.0.0.1:1'] };
const HOME = { region: 'eu-central', jurisdiction: 'eu', brokers: ['127.0.0.1:1'] };
export const NOW = Date.parse('2026-11-01T12:00:00Z');

const poolsOf = ({ region, jurisdiction, pools }: CellSpec): readonly Pool[] =>
  pools.map((pool) => ({ ...pool, region, jurisdiction, publicKey: `key of ${pool.id}` }));

export const PROFILE: ResidencyProfile = {
  tenant: 'atlas',
  version: 4,
  homeJurisdiction: 'eu',
  homeRegion: 'eu-central',
  permitted: [
    { jurisdiction: 'us', transferBasis: 'scc', documentReference: 'SCC-1', highestSensitivity: 'Internal' },
  ],
  isolation: 'shared',
  contractReference: 'AT-1',
  acknowledgement: { by: 'a', at: '2026-09-01T09:00:00Z', textDigest: 'a'.repeat(64) },
};

const purpose = (id: string, alias: string): Purpose =>
  ({ id, tenant: 'atlas', version: 1, object: 'Case', model: { alias } }) as unknown as Purpose;

/** Control state as a cell has heard it; the heartbeat is fresh unless told otherwise. */
export function controlState(profile: ResidencyProfile = PROFILE, asOf = NOW): ControlState {
  const known: { readonly [K in ControlKind]?: Readonly<Record<string, ControlBody<K>>> } = {
    profile: { atlas: profile },
    purpose: { 'atlas/triage': purpose('triage', 'small'), 'atlas/digest': purpose('digest', 'long') },
    pool: Object.fromEntries([...poolsOf(EU), ...poolsOf(US)].map((pool) => [pool.id, pool])),
  };
  return {
    ready: true,
    asOf,
    unreadable: () => false,
    get: (kind, id) => known[kind]?.[id],
    all: (kind) => Object.values(known[kind] ?? {}) as ControlBody<typeof kind>[],
  };
}

function signerOf(region: string): ReceiptSigner {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return new ReceiptSigner({ ...jwk, kid: region } as SigningKey);
}

const SIGNERS = { 'eu-central': signerOf('eu-central'), 'us-east': signerOf('us-east') };
const issuerOf = (region: string): string => spiffeId({ region, workload: 'residency-router' });
export const TRUST: TrustBundle = {
  signers: Object.fromEntries(
    Object.entries(SIGNERS).map(([region, { publicKey }]) => [issuerOf(region), [publicKey]]),
  ),
  erasers: {},
  cells: {},
};

const sealed = (recipient: string, wrappedKey: string): Sealed => ({
  recipient,
  wrappedKey: Buffer.from(wrappedKey),
  nonce: Buffer.alloc(12),
  ciphertext: Buffer.from('ciphertext'),
});

/** Minimised bytes of a record with these fields. */
export const minimised = (fields: object): Buffer =>
  Buffer.from(
    MinimisedRecord.encode({
      salt: Buffer.alloc(16, 3),
      object: 'Case',
      fieldsJson: Buffer.from(JSON.stringify(fields)),
    }).finish(),
  );
const CONTENT = minimised({ Subject: 'It does not start', Product__c: 'Home Hub' });
export const digestOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** A router of a cell whose custody only writes down to whom it seals, and opens everything as `content`. */
export function routerOf(
  cell: CellSpec,
  control = controlState(),
  now = NOW,
  content = CONTENT,
  inventory = new PoolInventory(cell, control, 90_000),
): CheckpointParts {
  return {
    cell,
    control,
    topics: topicNames(cell.jurisdiction),
    trust: TRUST,
    neighbours: [cell === EU ? NEIGHBOUR : HOME],
    decisions: new DecisionMaker(cell, control, inventory, 300_000, () => now),
    custody: {
      openMinimised: () => Promise.resolve(new Sensitive(content)),
      rewrapForPool: ({ sealed: home, pool, poolPublicKey }) =>
        Promise.resolve({
          payload: sealed(`pool/${pool}`, `wrapped by ${poolPublicKey}`),
          homeWrappedKey: home.wrappedKey as Buffer,
        }),
    },
    signer: SIGNERS[cell.region as keyof typeof SIGNERS],
    issuer: issuerOf(cell.region),
    receiptTtlMs: 900_000,
    now: () => now,
  };
}

export const CANDIDATE: Candidate = {
  eventId: 'evt_1',
  tenant: 'atlas',
  purpose: 'triage',
  purposeVersion: 1,
  object: 'Case',
  subject: 's1',
  highestSensitivity: 'Internal',
  categories: ['free-text'],
  digest: digestOf(CONTENT),
  payload: sealed('subject/atlas/s1', 'wrapped at home'),
  receivedAt: undefined,
};

/** What travels: without the record's names there is nothing to compare. */
export const namesOf = ({ eventId, tenant, purpose: id, object, subject }: InferenceRequest) => ({
  eventId,
  tenant,
  purpose: id,
  object,
  subject,
});
