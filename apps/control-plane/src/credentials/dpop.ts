import { createHash } from 'node:crypto';
import { EmbeddedJWK, calculateJwkThumbprint, jwtVerify } from 'jose';
import { z } from 'zod';
import { OAuthError } from './oauth-error.js';
import type { Replays } from './replays.js';

/** Asymmetric algorithms of proofs and assertions. */
export const PROOF_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256'];
/** How long a proof is taken after it was made, and by how much clocks may differ, in seconds. */
export const PROOF_SECONDS = 60;
const CLOCK_TOLERANCE_S = 5;

const Claims = z.object({
  jti: z.string().min(8).max(200),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string().optional(),
});

/** The request that a proof must be of. */
export interface ProvenRequest {
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  /** Access token that the request carries, where it carries one. */
  readonly accessToken?: string;
}

/** SHA-256 of an access token, as `ath` says it. */
export const accessTokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/**
 * Verifies a DPoP proof (RFC 9449) and gives the thumbprint of its key. Throws `invalid_dpop_proof` for one of another
 * request, another token, another time, or that was shown before.
 */
export async function provenKey(proof: string, request: ProvenRequest, replays: Replays): Promise<string> {
  const refuse = (why: string): OAuthError => new OAuthError('invalid_dpop_proof', why);
  const verified = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: PROOF_ALGORITHMS,
    maxTokenAge: PROOF_SECONDS,
    clockTolerance: CLOCK_TOLERANCE_S,
  }).catch(() => Promise.reject(refuse('the DPoP proof is no fresh JWT of the key in its header')));
  const { jwk } = verified.protectedHeader;
  const claims = Claims.safeParse(verified.payload).data;
  if (!claims || !jwk) throw refuse('the DPoP proof lacks jti, htm, htu or iat');
  if (claims.htm !== request.method) throw refuse('the DPoP proof is of another method');
  if (withoutQuery(claims.htu) !== request.url) throw refuse('the DPoP proof is of another address');
  if (request.accessToken !== undefined && claims.ath !== accessTokenHash(request.accessToken))
    throw refuse('the DPoP proof is of another access token');
  const thumbprint = await calculateJwkThumbprint(jwk);
  if (!(await replays.first('proof', thumbprint, claims.jti, 2 * (PROOF_SECONDS + CLOCK_TOLERANCE_S))))
    throw refuse('the DPoP proof was shown before');
  return thumbprint;
}

function withoutQuery(url: string): string {
  try {
    const { origin, pathname } = new URL(url);
    return origin + pathname;
  } catch {
    return '';
  }
}
