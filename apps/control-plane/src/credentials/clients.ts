import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { spiffeId } from '@bailiwick/contracts';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Db } from '../db.js';
import { PROOF_ALGORITHMS } from './dpop.js';
import { MAY_ASK } from './judge.js';
import { OAuthError } from './oauth-error.js';
import type { Replays } from './replays.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** How long a client assertion may be valid, and by how much clocks may differ, in seconds. */
const ASSERTION_SECONDS = 120;
const CLOCK_TOLERANCE_S = 5;

/** A service that proved who it is. */
export interface Client {
  /** Its SPIFFE id, which is its `client_id`. */
  readonly id: string;
  readonly region: string;
  readonly workload: string;
  /** SHA-256 of the certificate that it showed in TLS, base64url; null when it showed none. */
  readonly certificate: string | null;
}

/** What a request shows of its client. */
export interface ClientShown {
  readonly socket: TLSSocket;
  readonly form: Readonly<Record<string, string>>;
}

const Header = z.object({ x5c: z.array(z.base64()).min(1).max(5) });
const Assertion = z.object({ jti: z.string().min(8).max(200), exp: z.number(), iat: z.number() });

/**
 * Clients of the token endpoint. A service of a cell has one identity, its certificate of the mesh's authority, and shows it
 * in either of two ways: in TLS (RFC 8705, by the URI in it), or in a client assertion signed with the certificate's key
 * (`private_key_jwt`, RFC 7523) that carries the certificate as `x5c`. So there are no client keys to keep.
 */
export class Clients {
  readonly #known: ReadonlyMap<string, Pick<Client, 'region' | 'workload'>>;
  readonly #authority: X509Certificate;

  constructor(
    regions: readonly string[],
    authority: string,
    private readonly replays: Replays,
    /** What an assertion may be addressed to: the issuer and its token endpoint. */
    private readonly audiences: () => readonly string[],
  ) {
    this.#authority = new X509Certificate(authority);
    this.#known = new Map(clientsIn(regions).map((identity) => [spiffeId(identity), identity] as const));
  }

  /** Throws `invalid_client` for nobody, for who may not ask, and for who was revoked. */
  async authenticate(db: Db, { socket, form }: ClientShown): Promise<Client> {
    const shown = shownCertificate(socket);
    const id =
      form['client_assertion'] === undefined
        ? shown && uriOf(shown)
        : await this.#asserted(form['client_assertion'], form['client_assertion_type']);
    if (id === undefined || id === null)
      throw new OAuthError('invalid_client', 'show the certificate of a service, or a client assertion');
    if (form['client_id'] !== undefined && form['client_id'] !== id)
      throw new OAuthError('invalid_client', 'client_id is another than the one that was proven');
    const known = this.#known.get(id);
    if (known === undefined)
      throw new OAuthError('invalid_client', `${id} is no client`, 'certificate-not-permitted');
    if (await isRevoked(db, id))
      throw new OAuthError('invalid_client', `${id} was revoked`, 'credential-revoked');
    return { id, ...known, certificate: shown && certificateHash(shown) };
  }

  async #asserted(assertion: string, type: string | undefined): Promise<string> {
    const refuse = (why: string): OAuthError => new OAuthError('invalid_client', why);
    if (type !== ASSERTION_TYPE) throw refuse(`client_assertion_type must be ${ASSERTION_TYPE}`);
    const chain = chainIn(assertion);
    if (!chain || !this.#trusts(chain))
      throw refuse('the client assertion carries no certificate chain (x5c) of the mesh');
    const [leaf] = chain;
    const id = leaf && uriOf(leaf);
    if (!leaf || id === undefined) throw refuse('the certificate names no service');
    const verified = await jwtVerify(assertion, leaf.publicKey, {
      algorithms: PROOF_ALGORITHMS,
      issuer: id,
      subject: id,
      audience: [...this.audiences()],
      clockTolerance: CLOCK_TOLERANCE_S,
      maxTokenAge: ASSERTION_SECONDS,
    }).catch(() => Promise.reject(refuse('the client assertion is not a valid JWT of its client for here')));
    const { data } = Assertion.safeParse(verified.payload);
    if (!data || data.exp - data.iat > ASSERTION_SECONDS)
      throw refuse(`the client assertion needs jti, iat and an exp of at most ${ASSERTION_SECONDS} s later`);
    const seconds = ASSERTION_SECONDS + 2 * CLOCK_TOLERANCE_S;
    if (!(await this.replays.first('assertion', id, data.jti, seconds)))
      throw refuse('the client assertion was shown before');
    return id;
  }

  /** Each certificate is issued by the next and the last by the authority, and all are valid now. */
  #trusts(chain: readonly X509Certificate[]): boolean {
    const now = new Date();
    return chain.every((certificate, index) => {
      const issuer = chain[index + 1] ?? this.#authority;
      const valid = certificate.validFromDate <= now && now < certificate.validToDate;
      return valid && issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    });
  }
}

/** Services of these cells that may ask for credentials. */
export const clientsIn = (regions: readonly string[]): readonly Pick<Client, 'region' | 'workload'>[] =>
  regions.flatMap((region) => [...MAY_ASK.keys()].map((workload) => ({ region, workload })));

/** The certificate that a connection proved, if it is of the mesh's authority. */
export const shownCertificate = (socket: TLSSocket): X509Certificate | null =>
  socket.authorized ? (socket.getPeerX509Certificate() ?? null) : null;

/** `x5t#S256` of RFC 8705. */
export const certificateHash = ({ fingerprint256 }: X509Certificate): string =>
  Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');

const uriOf = ({ subjectAltName }: X509Certificate): string | undefined =>
  /(?:^|, )URI:(spiffe:\/\/[\w./-]+)(?:,|$)/.exec(subjectAltName ?? '')?.[1];

function chainIn(assertion: string): readonly X509Certificate[] | undefined {
  try {
    const { x5c } = Header.parse(decodeProtectedHeader(assertion));
    return x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  } catch {
    return undefined;
  }
}

/** Whether security has revoked a service. */
export async function isRevoked(db: Db, client: string): Promise<boolean> {
  const { rows } = await db.query<{ act: string }>(
    'SELECT act FROM control.client_act WHERE client = $1 ORDER BY seq DESC LIMIT 1',
    [client],
  );
  return rows[0]?.act === 'revoke';
}
