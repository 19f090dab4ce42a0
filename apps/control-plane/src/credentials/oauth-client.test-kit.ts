import { X509Certificate, createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ReceiptSigner, SigningKey, type ReceiptClaims } from '@bailiwick/receipt';
import { SignJWT, exportJWK, importPKCS8 } from 'jose';
import * as oauth from 'oauth4webapi';
import { Agent, fetch } from 'undici';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** A certificate of the mesh, in PEM. */
export interface TestIdentity {
  readonly id: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Reads the identity of a workload from its environment. */
export function identityIn(env: Readonly<Record<string, string>>): TestIdentity {
  const pem = (name: string): string => readFileSync(env[name] ?? '', 'utf8');
  const cert = pem('BAILIWICK_TLS_CERT');
  const id = /URI:([^,]+)/.exec(new X509Certificate(cert).subjectAltName ?? '')?.[1] ?? '';
  return { id, cert, key: pem('BAILIWICK_TLS_KEY'), ca: pem('BAILIWICK_TLS_CA') };
}

/** What a test changes about what is asked for. */
export type AskedFor = Partial<
  Readonly<Record<'tenant' | 'cell' | 'purpose' | 'object' | 'receipt', string>>
>;

/** A client of the token endpoint, made of a well-kept library that is none of ours. */
export class OAuthClient {
  readonly #client: oauth.Client;
  readonly #fetch: Fetch;

  private constructor(
    readonly server: oauth.AuthorizationServer,
    private readonly identity: TestIdentity,
    /** Shown in TLS; or else the client signs assertions. */
    private readonly mutual: boolean,
    private readonly receipt: (tenant: string, purpose: string) => string,
    agent: Agent,
  ) {
    this.#client = { client_id: identity.id };
    this.#fetch = fetchBy(agent);
  }

  /** Discovers the server (RFC 8414). */
  static async open(
    issuer: string,
    identity: TestIdentity,
    receipt: (tenant: string, purpose: string) => string,
    mutual = true,
  ): Promise<OAuthClient> {
    const { cert, key, ca } = identity;
    const agent = new Agent({ connect: mutual ? { cert, key, ca } : { ca } });
    const url = new URL(issuer);
    const options = { algorithm: 'oauth2', [oauth.customFetch]: fetchBy(agent) } as const;
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
    return new OAuthClient(server, identity, mutual, receipt, agent);
  }

  /** A client assertion that can be shown again. */
  async authentication(): Promise<oauth.ClientAuth> {
    if (this.mutual) return oauth.TlsClientAuth();
    const key = await importPKCS8(this.identity.key, 'ES256');
    const { raw } = new X509Certificate(this.identity.cert);
    return oauth.PrivateKeyJwt(key, {
      [oauth.modifyAssertion]: (header) => {
        header['x5c'] = [raw.toString('base64')];
      },
    });
  }

  /** Proofs of this client by a key. */
  async dpop(keys?: oauth.CryptoKeyPair): Promise<oauth.DPoPHandle> {
    return oauth.DPoP(this.#client, keys ?? (await oauth.generateKeyPair('ES256')));
  }

  /** Exchanges a receipt for a token. Throws the library's `ResponseBodyError` for a refusal. */
  async token(
    asked: AskedFor = {},
    options: { readonly DPoP?: oauth.DPoPHandle; readonly authentication?: oauth.ClientAuth } = {},
  ): Promise<oauth.TokenEndpointResponse> {
    const { tenant = 'atlas', cell = 'eu-central', purpose = 'case-triage', object = 'Case' } = asked;
    const details = { type: 'urn:bailiwick:write-back', tenant, cell, purpose, object };
    const response = await oauth.genericTokenEndpointRequest(
      this.server,
      this.#client,
      options.authentication ?? (await this.authentication()),
      TOKEN_EXCHANGE,
      {
        subject_token: asked.receipt ?? this.receipt(tenant, purpose),
        subject_token_type: 'urn:bailiwick:token-type:decision-receipt',
        authorization_details: JSON.stringify([details]),
      },
      { [oauth.customFetch]: this.#fetch, ...(options.DPoP && { DPoP: options.DPoP }) },
    );
    return oauth.processGenericTokenEndpointResponse(this.server, this.#client, response);
  }

  /** Asks for a token to read with, as who this client is. Throws the library's `ResponseBodyError` for a refusal. */
  async tokenToRead(details: object): Promise<oauth.TokenEndpointResponse> {
    const response = await oauth.clientCredentialsGrantRequest(
      this.server,
      this.#client,
      await this.authentication(),
      { authorization_details: JSON.stringify([{ type: 'urn:bailiwick:pull', ...details }]) },
      { [oauth.customFetch]: this.#fetch },
    );
    return oauth.processClientCredentialsResponse(this.server, this.#client, response);
  }

  /** Asks for a lease with a token. */
  lease(token: string, DPoP?: oauth.DPoPHandle): Promise<Response> {
    const url = new URL(`${this.server.issuer}/v1/leases`);
    const options = { [oauth.customFetch]: this.#fetch, ...(DPoP && { DPoP }) };
    return oauth.protectedResourceRequest(token, 'POST', url, undefined, undefined, options);
  }

  /** Introspects a token (RFC 7662). */
  async introspect(token: string): Promise<oauth.IntrospectionResponse> {
    const options = { [oauth.customFetch]: this.#fetch };
    const as = this.server;
    const auth = await this.authentication();
    const response = await oauth.introspectionRequest(as, this.#client, auth, token, options);
    return oauth.processIntrospectionResponse(as, this.#client, response);
  }

  /** Revokes a token (RFC 7009). */
  async revoke(token: string): Promise<void> {
    const options = { [oauth.customFetch]: this.#fetch };
    const auth = await this.authentication();
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(this.server, this.#client, auth, token, options),
    );
  }

  /** Sends a request as it is. */
  send(path: string, init: object): Promise<Response> {
    return this.#fetch(`${this.server.issuer}${path}`, init);
  }
}

/** What the library wants of `fetch`. */
type Fetch = (url: string, options: object) => Promise<Response>;

const fetchBy =
  (dispatcher: Agent): Fetch =>
  // undici and Node declare the same interface twice.
  (url, options) =>
    fetch(url, { ...options, dispatcher }) as unknown as Promise<Response>;

/** A DPoP proof that is made by hand, as a thief could make or keep one. */
export async function proofBy(
  { privateKey, publicKey }: oauth.CryptoKeyPair,
  { url, token }: { readonly url: string; readonly token: string },
): Promise<string> {
  const ath = createHash('sha256').update(token).digest('base64url');
  return new SignJWT({ htm: 'POST', htu: url, ath })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .setJti(randomUUID())
    .setIssuedAt()
    .sign(privateKey);
}

/** A router that signs decision receipts. */
export function receiptsOf(keyFile: string): (changes: Partial<ReceiptClaims>) => string {
  const signer = new ReceiptSigner(SigningKey.parse(JSON.parse(readFileSync(keyFile, 'utf8'))));
  const here = { region: 'eu-central', jurisdiction: 'eu' };
  return (changes) => {
    const now = Math.floor(Date.now() / 1000);
    return signer.sign({
      jti: 'receipt',
      iss: 'spiffe://bailiwick.local/eu-central/residency-router',
      iat: now,
      exp: now + 60,
      event: 'evt_test',
      tenant: 'atlas',
      purpose: 'case-triage',
      purposeVersion: 1,
      outcome: 'allow',
      reasons: ['home'],
      from: here,
      to: here,
      pool: 'eu-shared',
      basis: 'none-needed',
      profileVersion: 1,
      policyDigest: 'none',
      payloadDigest: 'A'.repeat(43),
      labels: { highestSensitivity: 'Internal', categories: [] },
      ...changes,
    });
  };
}
