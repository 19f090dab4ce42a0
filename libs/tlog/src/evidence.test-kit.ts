import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { formatEvidence, type EvidenceBundle, type RouterKey } from './evidence-bundle.js';
import { Frontier } from './frontier.js';
import { leafHash } from './hash.js';
import { readerOf, sampleEntries } from './naive-tree.test-kit.js';
import { proveConsistency, proveInclusion } from './prove.js';
import { EMPTY_EDGE, edgeFrontier } from './right-edge.js';
import {
  cosigned,
  logKey,
  ORIGIN,
  outsideWitnessKey,
  signedHead,
  strangersKey,
  TIME,
  witnessKey,
} from './signed-log.test-kit.js';
import type { TreeHead } from './verify-proof.js';
import { writeTiles } from './write-tiles.js';

const OLDER = 300;
const SIZE = 700;
const RECEIPT_AT = 511;

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const router = (seed: number): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]),
    format: 'der',
    type: 'pkcs8',
  });
const publicKey = (key: KeyObject): RouterKey => {
  const x = key.export({ format: 'jwk' }).x ?? '';
  return { kty: 'OKP', crv: 'Ed25519', x, kid: 'router-1' };
};
const receiptBy = (key: KeyObject): string => {
  const header = base64url('{"alg":"EdDSA","kid":"router-1","typ":"bailiwick-receipt+jws"}');
  const input = `${header}.${base64url('{"outcome":"allow","tenant":"atlas"}')}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
};
const [routerKey, strangersRouterKey] = [router(7), router(8)];
const receipt = receiptBy(routerKey);
const restated = receiptBy(strangersRouterKey);

const entries = sampleEntries(0, SIZE).with(RECEIPT_AT, Buffer.from(`\n\u0005evt_1J${receipt}\u0012more`));
const { edge, files } = writeTiles(EMPTY_EDGE, entries);
const read = readerOf(files);
const head: TreeHead = { size: SIZE, root: edgeFrontier(edge).root() };
const older: TreeHead = {
  size: OLDER,
  root: Frontier.EMPTY.append(entries.slice(0, OLDER).map(leafHash)).root(),
};

/** Evidence of two entries, the second with a receipt, cosigned by two witnesses, with an older checkpoint. */
export const soundBundle: EvidenceBundle = {
  origin: ORIGIN,
  logKeys: [
    { key: strangersKey.verifier, fromSize: 0, untilSize: 100 },
    { key: logKey.verifier, fromSize: 100 },
  ],
  witnessKeys: [
    { key: witnessKey.verifier, fromTime: TIME - 1000, untilTime: TIME + 1000 },
    { key: outsideWitnessKey.verifier, fromTime: 0 },
  ],
  quorum: 2,
  checkpoint: cosigned(signedHead(head)),
  entries: await Promise.all(
    [5, RECEIPT_AT].map(async (index) => ({
      index,
      entry: entries[index] as Buffer,
      proof: await proveInclusion(read, SIZE, index),
    })),
  ),
  older: { checkpoint: signedHead(older), proof: await proveConsistency(read, OLDER, SIZE) },
  receipts: [receipt],
  routerKeys: { keys: [publicKey(routerKey)] },
};

const [first, second] = soundBundle.entries as [
  EvidenceBundle['entries'][number],
  EvidenceBundle['entries'][number],
];
const { checkpoint } = soundBundle;
const note = (change: (text: string) => string): EvidenceBundle => ({
  ...soundBundle,
  checkpoint: change(checkpoint),
});
const json = (change: (text: string) => string): string => change(formatEvidence(soundBundle));
const flipped = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes).fill((bytes[0] ?? 0) ^ 1, 0, 1);
const stranger = generateKeyPairSync('ed25519').privateKey;

/** What somebody may do to a bundle, the bundle then, and the statements that must fail, in order. */
export const TAMPERINGS: readonly (readonly [what: string, bundle: string, failing: readonly string[]])[] = (
  [
    [
      'an entry changed',
      { ...soundBundle, entries: [{ ...first, entry: flipped(first.entry) }, second] },
      ['entry 5'],
    ],
    ['an entry moved', { ...soundBundle, entries: [{ ...first, index: 6 }, second] }, ['entry 6']],
    [
      'an entry beyond the log',
      { ...soundBundle, entries: [{ ...first, index: SIZE }, second] },
      [`entry ${SIZE}`],
    ],
    [
      'a hash of a proof changed',
      { ...soundBundle, entries: [first, { ...second, proof: second.proof.with(2, flipped(head.root)) }] },
      ['entry 511'],
    ],
    [
      'a hash of a proof dropped',
      { ...soundBundle, entries: [{ ...first, proof: first.proof.slice(1) }, second] },
      ['entry 5'],
    ],
    [
      'another root stated',
      note((text) => text.replace(/\n700\n./, (found) => `\n700\n${found.endsWith('A') ? 'B' : 'A'}`)),
      ['signature', 'cosignatures', 'consistency', 'entry 5', 'entry 511'],
    ],
    [
      'another size stated',
      note((text) => text.replace('\n700\n', '\n699\n')),
      // Only the signatures tell these two sizes apart: the proofs have the same shape.
      ['signature', 'cosignatures'],
    ],
    ['another origin stated', note((text) => text.replace(ORIGIN, 'other.example/log')), ['checkpoint']],
    [
      'a fork signed with a key that no longer holds',
      { ...soundBundle, checkpoint: cosigned(signedHead(head, strangersKey)) },
      ['signature'],
    ],
    [
      'a rolled back log stated as the newer one',
      { ...soundBundle, checkpoint: cosigned(signedHead({ ...older, size: 200 })) },
      ['consistency', 'entry 5', 'entry 511'],
    ],
    [
      'the key of the log replaced',
      { ...soundBundle, logKeys: [{ key: strangersKey.verifier, fromSize: 0 }] },
      ['signature', 'consistency'],
    ],
    [
      'the signature of the log changed',
      note((text) =>
        text.replace(/(— eu-central\S* .{50})(.)/, (_, so, next) => so + (next === 'A' ? 'B' : 'A')),
      ),
      ['signature'],
    ],
    ['a cosignature missing', note((text) => text.replace(/— us-east.*\n/, '')), ['cosignatures']],
    [
      'a cosignature changed',
      note((text) =>
        text.replace(/(— witness\S* .{50})(.)/, (_, so, next) => so + (next === 'A' ? 'B' : 'A')),
      ),
      ['cosignatures'],
    ],
    [
      'a cosignature outside the time of its key',
      {
        ...soundBundle,
        witnessKeys: soundBundle.witnessKeys.map((span) => ({
          ...span,
          fromTime: TIME - 1,
          untilTime: TIME,
        })),
      },
      ['cosignatures'],
    ],
    [
      'an older checkpoint that is not of this log',
      {
        ...soundBundle,
        older: {
          checkpoint: signedHead({ ...older, root: head.root }),
          proof: soundBundle.older?.proof ?? [],
        },
      },
      ['consistency'],
    ],
    ['a receipt signed again by another router', { ...soundBundle, receipts: [restated] }, ['receipt 1']],
    [
      'a receipt signed again, and the router key replaced',
      { ...soundBundle, receipts: [restated], routerKeys: { keys: [publicKey(strangersRouterKey)] } },
      ['receipt 1'],
    ],
    ['a receipt that no entry holds', { ...soundBundle, entries: [first] }, ['receipt 1']],
    ['a receipt of an unknown router', { ...soundBundle, routerKeys: { keys: [] } }, ['receipt 1']],
    [
      'a receipt under a key that is none',
      { ...soundBundle, routerKeys: { keys: [{ ...publicKey(stranger), x: 'AAAA' }] } },
      ['format'],
    ],
    ['a receipt cut short', { ...soundBundle, receipts: [receipt.slice(0, -1)] }, ['receipt 1']],
    ['a member too many', json((text) => text.replace('"quorum"', '"note": 1, "quorum"')), ['format']],
    ['a member too few', json((text) => text.replace('"quorum": 2,', '')), ['format']],
    ['another version', json((text) => text.replace('evidence@v1', 'evidence@v2')), ['format']],
    ['a key with another id', json((text) => text.replace(logKey.verifier.id, '00000000')), ['format']],
    ['no JSON', 'evidence', ['format']],
  ] as const
).map(([what, bundle, failing]) => [
  what,
  typeof bundle === 'string' ? bundle : formatEvidence(bundle),
  failing,
]);

/** What a verifier needs to trust the sound bundle. */
export const trust = {
  keys: [logKey, strangersKey, witnessKey, outsideWitnessKey].map(({ verifier }) => verifier.vkey),
  routerKeys: [publicKey(routerKey)],
  quorum: 2,
};
