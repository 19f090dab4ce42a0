import { HASH_BYTES } from './hash.js';
import { Malformed, Place } from './strict-json.js';
import { fromBase64, toBase64 } from './text.js';
import { VerifierKey } from './verifier-key.js';

/** The first member of every bundle of this version. Another version is another format. */
export const EVIDENCE_FORMAT = 'bailiwick-evidence@v1';

/** A key of the log, and the sizes at which it signs. */
export interface LogKeySpan {
  readonly key: VerifierKey;
  readonly fromSize: number;
  /** The first size that it no longer signs; absent while it does. */
  readonly untilSize?: number;
}

/** A key of a witness, and the times at which it cosigns, in seconds since the epoch. */
export interface WitnessKeySpan {
  readonly key: VerifierKey;
  readonly fromTime: number;
  /** The first second in which it no longer cosigns; absent while it does. */
  readonly untilTime?: number;
}

/** One entry of the log with its inclusion proof. */
export interface EvidenceEntry {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Public Ed25519 key of a router (RFC 8037). */
export interface RouterKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
}

/** All that shows offline that entries are in a log: see tools/tlog-check/README.md for the format as JSON. */
export interface EvidenceBundle {
  readonly origin: string;
  /** History of the log's keys. */
  readonly logKeys: readonly LogKeySpan[];
  /** History of the witnesses' keys. */
  readonly witnessKeys: readonly WitnessKeySpan[];
  /** How many witnesses must have cosigned. */
  readonly quorum: number;
  /** Signed checkpoint, with cosignatures. */
  readonly checkpoint: string;
  readonly entries: readonly EvidenceEntry[];
  /** An earlier signed checkpoint, and the proof that the log only grew since. */
  readonly older?: { readonly checkpoint: string; readonly proof: readonly Uint8Array[] };
  /** Decision receipts, compact JWS, each of which stands in one of the entries. */
  readonly receipts?: readonly string[];
  readonly routerKeys?: { readonly keys: readonly RouterKey[] };
}

/** A bundle as JSON. */
export function formatEvidence(bundle: EvidenceBundle): string {
  const { origin, quorum, checkpoint, older, receipts, routerKeys } = bundle;
  const json = {
    format: EVIDENCE_FORMAT,
    origin,
    logKeys: bundle.logKeys.map(({ key, ...span }) => ({ key: key.vkey, ...span })),
    witnessKeys: bundle.witnessKeys.map(({ key, ...span }) => ({ key: key.vkey, ...span })),
    quorum,
    checkpoint,
    entries: bundle.entries.map(({ index, entry, proof }) => ({
      index,
      entry: toBase64(entry),
      proof: proof.map(toBase64),
    })),
    ...(older && { older: { checkpoint: older.checkpoint, proof: older.proof.map(toBase64) } }),
    ...(receipts && { receipts }),
    ...(routerKeys && {
      routerKeys: { keys: routerKeys.keys.map(({ kty, crv, x, kid }) => ({ kty, crv, x, kid })) },
    }),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** A bundle that was read, or what is wrong with its JSON and where. */
export type EvidenceReading =
  | { readonly ok: true; readonly value: EvidenceBundle }
  | { readonly ok: false; readonly reason: 'evidence-malformed'; readonly where: string };

/** Reads a bundle strictly: a member too many or too few, and it is refused. Nothing is verified. */
export function parseEvidence(text: string): EvidenceReading {
  try {
    return { ok: true, value: bundleOf(new Place(JSON.parse(text), 'bundle')) };
  } catch (error) {
    const where = error instanceof Malformed ? error.message : 'bundle is not JSON';
    return { ok: false, reason: 'evidence-malformed', where };
  }
}

function bundleOf(place: Place): EvidenceBundle {
  const required = ['format', 'origin', 'logKeys', 'witnessKeys', 'quorum', 'checkpoint', 'entries'];
  const member = place.members(...required, 'older?', 'receipts?', 'routerKeys?');
  if (member('format').text() !== EVIDENCE_FORMAT) member('format').fail(`is not ${EVIDENCE_FORMAT}`);
  const older = member('older').optional((found) => {
    const part = found.members('checkpoint', 'proof');
    return { checkpoint: part('checkpoint').text(), proof: hashesOf(part('proof')) };
  });
  const receipts = member('receipts').optional((found) => found.list((item) => item.text()));
  const routerKeys = member('routerKeys').optional((found) => ({
    keys: found.members('keys')('keys').list(routerKeyOf),
  }));
  return {
    origin: member('origin').text(),
    logKeys: member('logKeys').list(logKeyOf),
    witnessKeys: member('witnessKeys').list(witnessKeyOf),
    quorum: member('quorum').count(),
    checkpoint: member('checkpoint').text(),
    entries: member('entries').list(entryOf),
    ...(older && { older }),
    ...(receipts && { receipts }),
    ...(routerKeys && { routerKeys }),
  };
}

function logKeyOf(place: Place): LogKeySpan {
  const member = place.members('key', 'fromSize', 'untilSize?');
  const untilSize = member('untilSize').optional((found) => found.count());
  const key = keyOf(member('key'), 'note');
  return { key, fromSize: member('fromSize').count(), ...(untilSize !== undefined && { untilSize }) };
}

function witnessKeyOf(place: Place): WitnessKeySpan {
  const member = place.members('key', 'fromTime', 'untilTime?');
  const untilTime = member('untilTime').optional((found) => found.count());
  const key = keyOf(member('key'), 'cosignature');
  return { key, fromTime: member('fromTime').count(), ...(untilTime !== undefined && { untilTime }) };
}

function keyOf(place: Place, type: VerifierKey['type']): VerifierKey {
  const parsed = VerifierKey.parse(place.text());
  return parsed.ok && parsed.value.type === type ? parsed.value : place.fail(`is not a key of type ${type}`);
}

function entryOf(place: Place): EvidenceEntry {
  const member = place.members('index', 'entry', 'proof');
  const entry = member('entry').parsed(fromBase64, 'base64');
  return { index: member('index').count(), entry, proof: hashesOf(member('proof')) };
}

const hashesOf = (place: Place): Uint8Array[] =>
  place.list((item) =>
    item.parsed((text) => {
      const bytes = fromBase64(text);
      return bytes?.length === HASH_BYTES ? bytes : undefined;
    }, 'a hash of 32 bytes in base64'),
  );

function routerKeyOf(place: Place): RouterKey {
  const member = place.members('kty', 'crv', 'x', 'kid');
  if (member('kty').text() !== 'OKP' || member('crv').text() !== 'Ed25519')
    place.fail('is not an Ed25519 key');
  const x = member('x').parsed((text) => {
    const bytes = Buffer.from(text, 'base64url');
    return bytes.length === 32 && bytes.toString('base64url') === text ? text : undefined;
  }, '32 bytes in base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, kid: member('kid').text() };
}
