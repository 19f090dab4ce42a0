import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CASE_CHANGES,
  CrmLogin,
  CrmStore,
  Ports,
  SamplePubSub,
  crmServer,
  type CertificateFiles,
} from '@bailiwick/stack';
import type { LoginOf } from './lender.test-kit.js';

/** The sample CRM in this process, over the network as ever: logins, REST and the Pub/Sub API of some orgs. */
export class TestCrm {
  private constructor(
    private readonly folder: string,
    private readonly files: CertificateFiles,
    private readonly ports: { readonly http: number; readonly pubsub: number },
    private readonly orgs: readonly string[],
    private readonly store: CrmStore,
    private readonly login: CrmLogin,
    public pubsub: SamplePubSub,
    private server: Server,
  ) {}

  /** `files` are of an authority that the control-plane trusts, too. */
  static async start(orgs: readonly string[], files: CertificateFiles): Promise<TestCrm> {
    const folder = await mkdtemp(join(tmpdir(), 'bailiwick-crm-'));
    const claims = new Ports();
    const ports = { http: await claims.claim('crm', 0), pubsub: await claims.claim('crm', 0) };
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(join(folder, 'key.json'), JSON.stringify(privateKey.export({ format: 'jwk' })));
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const apps = orgs.map((tenant) => ({
      tenant,
      clientId: `app-${tenant}`,
      user: `user@${tenant}.example`,
      publicKey: { kty: 'RSA' as const, n, e, kid: tenant },
    }));
    const store = new CrmStore(join(folder, 'crm.sqlite'));
    const login = new CrmLogin(apps, store, `https://127.0.0.1:${ports.http}`);
    const pubsub = await openPubSub(folder, files, ports.pubsub, orgs, login);
    const server = await openServer(files, ports.http, store, login, pubsub);
    return new TestCrm(folder, files, ports, orgs, store, login, pubsub, server);
  }

  /** The `crm` of a subscription; whose org it is, its connection says. */
  subscription(): object {
    return {
      kind: 'salesforce',
      endpoint: { address: `127.0.0.1:${this.ports.pubsub}`, jurisdiction: 'eu' },
      caFile: this.files.authority,
      connection: 'crm',
      topic: CASE_CHANGES,
      object: 'Case',
    };
  }

  /** How the control-plane logs in to one of its orgs. */
  loginOf(org: string): LoginOf {
    const url = `https://127.0.0.1:${this.ports.http}`;
    return {
      tenant: org,
      terms: {
        kind: 'salesforce',
        tokenEndpoint: `${url}/services/oauth2/token`,
        revocationEndpoint: `${url}/services/oauth2/revoke`,
        audience: url,
        clientId: `app-${org}`,
        user: `user@${org}.example`,
        reads: ['Case'],
      },
      keyFile: join(this.folder, 'key.json'),
    };
  }

  /** Ends all tokens that it gave, without telling anybody. */
  endTokens(): void {
    this.store.endSessions();
  }

  /** Ends it as it is, and starts it again with what it had published. */
  async restart(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.pubsub.stop();
    this.pubsub = await openPubSub(this.folder, this.files, this.ports.pubsub, this.orgs, this.login);
    this.server = await openServer(this.files, this.ports.http, this.store, this.login, this.pubsub);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.pubsub.stop();
    this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function openPubSub(
  folder: string,
  files: CertificateFiles,
  port: number,
  orgs: readonly string[],
  login: CrmLogin,
): Promise<SamplePubSub> {
  const read = (file: string): Promise<string> => readFile(file, 'utf8');
  const pubsub = new SamplePubSub({
    file: join(folder, 'events.sqlite'),
    port,
    tls: { cert: await read(files.certificate), key: await read(files.key), ca: await read(files.authority) },
    orgs,
    orgOf: (token) => login.tenantOf(`Bearer ${token}`),
    keepaliveMs: 500,
  });
  await pubsub.start();
  return pubsub;
}

async function openServer(
  tls: CertificateFiles,
  port: number,
  store: CrmStore,
  login: CrmLogin,
  pubsub: SamplePubSub,
): Promise<Server> {
  const server = crmServer({ tls, store, login, pubsub, progress: () => null });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
