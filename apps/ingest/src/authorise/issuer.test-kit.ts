import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

/** What a test changes about a token. */
export interface TokenChanges {
  readonly issuer?: string;
  readonly audience?: string;
  readonly typ?: string;
  readonly scope?: string;
  readonly expiresInSeconds?: number;
  /** Signs with a key that the issuer does not publish. */
  readonly foreign?: boolean;
}

/** An issuer of access tokens with published metadata and keys. */
export class TestIssuer {
  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
    private readonly foreignKey: CryptoKey,
  ) {}

  static async start(): Promise<TestIssuer> {
    const [own, foreign] = await Promise.all([generateKeyPair('EdDSA'), generateKeyPair('EdDSA')]);
    const jwk: JWK = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'EdDSA' };
    const server = createServer((request, response) => {
      const body = request.url?.endsWith('/jwks')
        ? { keys: [jwk] }
        : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    const issuer = new TestIssuer(server, own.privateKey, foreign.privateKey);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A token of client `atlas-crm` for tenant `atlas` and purpose `case-triage`, unless changed. */
  token(changes: TokenChanges = {}): Promise<string> {
    return new SignJWT({ client_id: 'atlas-crm', scope: changes.scope ?? 'tenant:atlas purpose:case-triage' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: changes.typ ?? 'at+jwt' })
      .setIssuer(changes.issuer ?? this.url)
      .setAudience(changes.audience ?? 'urn:bailiwick:ingest')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + (changes.expiresInSeconds ?? 300))
      .sign(changes.foreign ? this.foreignKey : this.key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
