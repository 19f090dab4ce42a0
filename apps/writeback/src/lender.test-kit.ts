import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlPlane } from '@bailiwick/control-plane';
import { runService, type RunningService } from '@bailiwick/platform';
import {
  CONTROL_AUDIENCE,
  ManagedProcess,
  PERSON_SCOPE,
  Ports,
  identityProviderProcess,
  requestAccessToken,
  type SampleLogin,
  type SampleVendorLogin,
} from '@bailiwick/stack';
import type { TestMesh } from '@bailiwick/testing';
import { Agent, request } from 'undici';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
/** Security of the tenant `atlas`. */
const ANNA = { subject: 'anna', name: 'Anna Berg', roles: { atlas: ['security'] } };

/** The real control-plane of one cell, founded with `atlas` and `nordlicht`, and somebody who may revoke. */
export class TestLender {
  #service: RunningService | null = null;
  #api = '';
  #credentials = '';

  private constructor(
    private readonly mesh: TestMesh,
    private readonly folder: string,
    private readonly provider: ManagedProcess,
    private readonly issuer: string,
    private readonly env: Record<string, string>,
    private readonly agent: Agent,
  ) {}

  /** `purposes` are files as `infra/purposes` has them. */
  static async start(
    mesh: TestMesh,
    purposes: Readonly<Record<string, string>>,
    logins: readonly (SampleLogin | SampleVendorLogin)[],
  ): Promise<TestLender> {
    const folder = await mkdtemp(join(tmpdir(), 'lender-'));
    const seed = join(folder, 'seed');
    for (const name of ['jurisdictions', 'tenants', 'purposes'])
      await mkdir(join(seed, name), { recursive: true });
    await cp(join(INFRA, 'catalog'), join(seed, 'catalog'), { recursive: true });
    for (const file of ['jurisdictions/eu-central.yaml', 'tenants/atlas.yaml', 'tenants/nordlicht.yaml'])
      await cp(join(INFRA, file), join(seed, file));
    for (const [name, text] of Object.entries(purposes)) await writeFile(join(seed, 'purposes', name), text);
    const ports = new Ports();
    const port = await ports.claim('identity provider', 0);
    const jwk = (await mesh.keys.client(ANNA.subject)).publicKey;
    const spec = await identityProviderProcess({
      port,
      clients: [{ clientId: ANNA.subject, scopes: [PERSON_SCOPE], jwk }],
      clientsFile: join(folder, 'clients.json'),
      keys: mesh.keys,
      logFile: join(folder, 'provider.log'),
    });
    const provider = new ManagedProcess(spec);
    process.once('exit', () => provider.pid !== undefined && process.kill(provider.pid, 'SIGKILL'));
    await provider.start();
    await writeFile(join(folder, 'people.json'), JSON.stringify([ANNA]));
    await writeFile(join(folder, 'logins.json'), JSON.stringify(logins));
    const issuer = `http://127.0.0.1:${port}`;
    const env: Record<string, string> = {
      ...(await mesh.controlPlaneEnvironment()),
      // It comes back where it was: cells know it by its address.
      BAILIWICK_CREDENTIALS_PORT: String(await ports.claim('credentials', 0)),
      BAILIWICK_OIDC_ISSUER: issuer,
      BAILIWICK_SEED_DIR: seed,
      BAILIWICK_PEOPLE_FILE: join(folder, 'people.json'),
      BAILIWICK_CRM_LOGINS_FILE: join(folder, 'logins.json'),
    };
    const ca = readFileSync(env['BAILIWICK_TLS_CA'] ?? '', 'utf8');
    const agent = new Agent({ connect: { ca } });
    const lender = new TestLender(mesh, folder, provider, issuer, env, agent);
    await lender.up();
    return lender;
  }

  /** Base URL of the credential service. */
  get url(): string {
    return this.#credentials;
  }

  async up(): Promise<void> {
    const told = {
      serving: (url: string) => (this.#api = url),
      servingCells: (url: string) => (this.#credentials = url),
    };
    this.#service = await runService(controlPlane(this.env, told));
  }

  async down(): Promise<void> {
    await this.#service?.stop();
    this.#service = null;
  }

  /** Asks as security of `atlas`; gives the parsed answer and throws for a refusal. */
  async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const { file: keyFile } = await this.mesh.keys.client(ANNA.subject);
    const client = { issuer: this.issuer, clientId: ANNA.subject, keyFile, scope: PERSON_SCOPE };
    const { token } = await requestAccessToken({ ...client, resource: CONTROL_AUDIENCE });
    const answer = await request(`${this.#api}${path}`, {
      method,
      dispatcher: this.agent,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text);
  }

  async stop(): Promise<void> {
    await this.down();
    await this.provider.stop();
    await this.agent.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A purpose's file of `infra/`, for `atlas` alone. */
export const purposeOfAtlas = async (name: string): Promise<string> =>
  (await readFile(join(INFRA, 'purposes', name), 'utf8')).replace(/^tenants: .*$/m, 'tenants: [atlas]');
