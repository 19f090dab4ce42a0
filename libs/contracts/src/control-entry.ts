import { CONTROL_KINDS, type ControlBody, type ControlKind } from '@bailiwick/domain';
import {
  CompactSign,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type CryptoKey,
  type JWK,
  type KeyObject,
} from 'jose';
import { z } from 'zod';
import type { VerificationKey } from './trust-bundle.js';

/**
 * One entry of a control topic: what the control-plane says about one thing, as a compact JWS (EdDSA). The
 * sequence only grows per kind and id, so an older entry that is replayed is recognised and refused.
 */
export interface ControlEntry<K extends ControlKind = ControlKind> {
  readonly kind: K;
  readonly id: string;
  readonly sequence: number;
  readonly publishedAt: string;
  /** null removes the thing. */
  readonly body: ControlBody<K> | null;
}

const Envelope = z.strictObject({
  kind: z.enum(Object.keys(CONTROL_KINDS) as [ControlKind, ...ControlKind[]]),
  id: z.string().min(1),
  sequence: z.int().nonnegative(),
  publishedAt: z.iso.datetime(),
  body: z.unknown(),
});

/** Signs an entry for publication. */
export async function signControlEntry(
  entry: ControlEntry,
  key: CryptoKey | KeyObject,
  kid: string,
): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(entry)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'bailiwick-control+jws' })
    .sign(key);
}

/** The control-plane signed it, and it says something that this version does not understand. */
export class UnreadableControlEntry extends Error {
  /** `about` is what the entry speaks of; null when not even that is understood. */
  constructor(
    readonly about: Omit<ControlEntry, 'body'> | null,
    options?: ErrorOptions,
  ) {
    super('signed, but not of its kind', options);
  }
}

/**
 * Verifies and parses an entry. Throws `UnreadableControlEntry` when only what it says is not as it must be, and any
 * other error when it is not an entry of a trusted signer.
 */
export async function verifyControlEntry(
  jws: string,
  keys: readonly VerificationKey[],
): Promise<ControlEntry> {
  const { kid, typ } = decodeProtectedHeader(jws);
  if (typ !== 'bailiwick-control+jws') throw new Error('not a control entry');
  const key = keys.find((candidate) => candidate.kid === kid);
  if (!key) throw new Error('signed by a key that is not trusted');
  const { payload } = await compactVerify(jws, await importJWK(key as JWK, 'EdDSA'), {
    algorithms: ['EdDSA'],
  });
  const { body: said, ...about } = envelopeIn(payload);
  if (said === null) return { ...about, body: null };
  const body = CONTROL_KINDS[about.kind].safeParse(said);
  if (!body.success) throw new UnreadableControlEntry(about, { cause: body.error });
  return { ...about, body: body.data };
}

function envelopeIn(payload: Uint8Array): z.infer<typeof Envelope> {
  try {
    return Envelope.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch (cause) {
    throw new UnreadableControlEntry(null, { cause });
  }
}
