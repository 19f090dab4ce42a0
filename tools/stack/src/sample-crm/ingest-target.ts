import { readFile } from 'node:fs/promises';
import { requestAccessToken, purposeScope, tenantScope } from '../identity-provider/client.js';
import type { StackFile } from '../stack-file.js';

/** A fresh token is asked for when the present one has less left than this, in milliseconds. */
const TOKEN_MARGIN_MS = 30_000;

/** Where a tenant sends to, and its access token. */
export class IngestTarget {
  private token: { token: string; expiresAt: number } | undefined;

  private constructor(
    readonly tenant: string,
    private readonly stack: StackFile,
    /** PEM text of the authority that signed ingest's certificate. */
    readonly authority: string,
  ) {}

  /** The target of one of the sample tenants. Throws when the stack has no such tenant. */
  static async open(stack: StackFile, tenant: string): Promise<IngestTarget> {
    return new IngestTarget(tenant, stack, await readFile(stack.authority, 'utf8'));
  }

  private get client(): StackFile['tenants'][string] {
    const client = this.stack.tenants[this.tenant];
    if (!client) throw new Error(`the stack has no tenant ${this.tenant}`);
    return client;
  }

  get source(): string {
    return this.client.source;
  }

  /** Base URL and gRPC address of the ingest of the tenant's home. */
  get ingest(): { readonly http: string; readonly grpc: string } {
    const cell = this.stack.cells[this.client.region];
    if (!cell) throw new Error(`the stack has no cell ${this.client.region}`);
    return cell.ingest;
  }

  /** An access token for the tenant and all its purposes, renewed in time. */
  async accessToken(): Promise<string> {
    if (this.token && this.token.expiresAt - Date.now() > TOKEN_MARGIN_MS) return this.token.token;
    const { clientId, keyFile, purposes } = this.client;
    this.token = await requestAccessToken({
      issuer: this.stack.identityProvider.issuer,
      clientId,
      keyFile,
      scope: [tenantScope(this.tenant), ...purposes.map(purposeScope)].join(' '),
    });
    return this.token.token;
  }
}
