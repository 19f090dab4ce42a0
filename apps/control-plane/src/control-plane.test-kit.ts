import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  TrustBundle,
  spiffeId,
  topicNames,
  EVENT_TYPES,
  type VerificationKey,
  type Violation,
} from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { ControlReader } from '@bailiwick/kafka';
import {
  BaseConfig,
  DatabaseConfig,
  SILENT,
  loadConfig,
  openDatabase,
  runService,
  type RunningService,
} from '@bailiwick/platform';
import {
  CONTROL_AUDIENCE,
  ManagedProcess,
  PERSON_SCOPE,
  Ports,
  SAMPLE_PEOPLE,
  identityProviderProcess,
  requestAccessToken,
} from '@bailiwick/stack';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type pg from 'pg';
import { expect, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { controlPlane } from './control-plane.js';
import { DeployedCell } from './seed/deployed-cell.js';

export const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
const specOf = (region: string): CellSpec =>
  CellSpec.parse(parse(readFileSync(join(INFRA, 'jurisdictions', `${region}.yaml`), 'utf8')));

/** An answer of the control-plane. */
export interface Answered {
  readonly status: number;
  readonly etag: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  /** As it came, parsed. */
  readonly body: never;
}

/** How a request differs from a plain one. */
export interface Asking {
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly key?: string;
  readonly token?: string;
  readonly contentType?: string;
}

/** A subject that the provider knows and the control-plane does not. */
export const STRANGER = 'stranger';

/** A control-plane over two real cells, with a store and an OpenID provider of its own. */
export class TestControlPlane {
  #service: RunningService | null = null;
  #url = '';
  #credentials = '';
  /** What is added to the clock. */
  skewMs = 0;

  private constructor(
    readonly mesh: TestMesh,
    private readonly folder: string,
    private readonly provider: ManagedProcess,
    private readonly issuer: string,
    private readonly env: Record<string, string>,
  ) {}

  /** `prepare` gives more of the environment, once there are keys and certificates to make it from. */
  static async start(
    prepare: (mesh: TestMesh, folder: string) => Promise<Record<string, string>> = async () => ({}),
  ): Promise<TestControlPlane> {
    const folder = await mkdtemp(join(tmpdir(), 'control-plane-'));
    const mesh = await TestMesh.start([specOf('eu-central'), specOf('us-east')]);
    const port = await new Ports().claim('identity provider', 0);
    const subjects = [...SAMPLE_PEOPLE.map(({ subject }) => subject), STRANGER];
    const clients = await Promise.all(
      subjects.map(async (clientId) => ({
        clientId,
        scopes: [PERSON_SCOPE],
        jwk: (await mesh.keys.client(clientId)).publicKey,
      })),
    );
    const spec = await identityProviderProcess({
      port,
      clients,
      clientsFile: join(folder, 'clients.json'),
      keys: mesh.keys,
      logFile: join(folder, 'provider.log'),
    });
    const provider = new ManagedProcess(spec);
    process.once('exit', () => provider.pid !== undefined && process.kill(provider.pid, 'SIGKILL'));
    await provider.start();
    const peopleFile = join(folder, 'people.json');
    await writeFile(peopleFile, JSON.stringify(SAMPLE_PEOPLE));
    const issuer = `http://127.0.0.1:${port}`;
    const plane = new TestControlPlane(mesh, folder, provider, issuer, {
      ...(await mesh.controlPlaneEnvironment()),
      BAILIWICK_OIDC_ISSUER: issuer,
      BAILIWICK_SEED_DIR: INFRA,
      BAILIWICK_PEOPLE_FILE: peopleFile,
      ...(await prepare(mesh, folder)),
    });
    await plane.up();
    return plane;
  }

  /** Starts the process, on the store as it is. */
  async up(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#service = await runService(
      controlPlane(
        { ...this.env, ...changes },
        {
          now: () => Date.now() + this.skewMs,
          serving: (url) => (this.#url = url),
          servingCells: (url) => (this.#credentials = url),
        },
      ),
    );
  }

  async down(): Promise<void> {
    await this.#service?.stop();
    this.#service = null;
  }

  /** Base URL of health. */
  get health(): string {
    return this.#service?.url ?? '';
  }

  /** Issuer of the credential service. */
  get credentials(): string {
    return this.#credentials;
  }

  /** The store, as the control-plane itself sees it. */
  database(): pg.Pool {
    return openDatabase(loadConfig(BaseConfig.extend(DatabaseConfig.shape), this.env));
  }

  async stop(): Promise<void> {
    await this.down();
    await this.provider.stop();
    await this.mesh.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  cell(region: string): TestCell {
    const found = this.mesh.cells.find(({ spec }) => spec.region === region);
    if (!found) throw new Error(`no cell ${region}`);
    return found;
  }

  /** The cells as the deployment's file has them. */
  cells(): readonly DeployedCell[] {
    return DeployedCell.array().parse(
      JSON.parse(readFileSync(this.env['BAILIWICK_CELLS_FILE'] ?? '', 'utf8')),
    );
  }

  /** A file of the cells in which one has brokers that do not answer, and every pool another key. */
  async cellsWithout(region: string, poolKey: string): Promise<string> {
    const cells = this.cells();
    const file = join(this.folder, 'cells.json');
    const dead = `127.0.0.1:${await new Ports().claim('nobody', 0)}`;
    const changed = cells.map((cell) => ({
      ...cell,
      ...(cell.region === region && { brokers: [dead] }),
      pools: Object.fromEntries(Object.keys(cell.pools).map((id) => [id, poolKey])),
    }));
    await writeFile(file, JSON.stringify(changed));
    return file;
  }

  /** An access token of the provider. */
  async token(subject: string, resource = CONTROL_AUDIENCE): Promise<string> {
    const { file: keyFile } = await this.mesh.keys.client(subject);
    const { issuer } = this;
    const scope = PERSON_SCOPE;
    return (await requestAccessToken({ issuer, clientId: subject, keyFile, scope, resource })).token;
  }

  /** Sends a request as a person, over HTTPS. */
  async ask(subject: string | null, method: string, path: string, asking: Asking = {}): Promise<Answered> {
    const token = asking.token ?? (subject === null ? undefined : await this.token(subject));
    const payload = asking.body === undefined ? undefined : JSON.stringify(asking.body);
    const sent = request(`${this.#url}${path}`, {
      method,
      ca: readFileSync(this.env['BAILIWICK_TLS_CA'] ?? ''),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(payload !== undefined && { 'content-type': asking.contentType ?? 'application/json' }),
        ...(asking.ifMatch !== undefined && { 'if-match': asking.ifMatch }),
        ...(asking.key !== undefined && { 'idempotency-key': asking.key }),
      },
    });
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject).end(payload);
    });
    const answered = await text(response);
    return {
      status: response.statusCode ?? 0,
      etag: response.headers.etag,
      headers: response.headers,
      body: (answered === '' ? null : JSON.parse(answered)) as never,
    };
  }

  /** Public key with which control entries and statements verify. */
  signer(): VerificationKey {
    const file = readFileSync(this.env['BAILIWICK_TRUST_FILE'] ?? '', 'utf8');
    const { signers } = TrustBundle.parse(JSON.parse(file));
    const [key] = signers[spiffeId({ region: 'control', workload: 'control-plane' })] ?? [];
    if (!key) throw new Error('the trust bundle names no control-plane');
    return key;
  }

  /** Reads control topics of a cell as one of its services does. */
  async reader(region: string): Promise<ControlReader> {
    const { spec, cluster } = this.cell(region);
    const reader = new ControlReader({
      cluster: await cluster('residency-router'),
      cell: spec,
      keys: [this.signer()],
      logger: SILENT,
    });
    await reader.start();
    return reader;
  }

  /** Violations that a cell has of one code. */
  async violations(region: string, code: string): Promise<readonly Violation[]> {
    const { spec, read } = this.cell(region);
    const all = await read(topicNames(spec.jurisdiction).violation, EVENT_TYPES.violation);
    return all.filter((violation) => violation.code === code);
  }

  /** Waits for a violation that a condition fits. */
  awaitViolation(region: string, code: string, fits: (violation: Violation) => boolean): Promise<Violation> {
    return vi.waitFor(
      async () => {
        const found = (await this.violations(region, code)).find(fits);
        if (!found) throw new Error(`no violation ${code} yet`);
        return found;
      },
      { timeout: 20_000, interval: 200 },
    );
  }

  /** Proposes a change as the author, and gives its id and ETag. */
  async propose(
    tenant: string | null,
    things: readonly unknown[],
    more: object = {},
    by = 'clara',
  ): Promise<Proposed> {
    const answered = await this.ask(by, 'POST', '/v1/changes', {
      body: { tenant, title: 'As a test wants it', things, ...more },
    });
    expect(answered).toMatchObject({ status: 201 });
    return { ...Proposed.parse(answered.body), etag: answered.etag ?? '' };
  }

  /** Approves as security and as compliance; gives the last answer. */
  async approve({ id, etag }: Proposed, ...by: readonly [string, string][]): Promise<Answered> {
    const people =
      by.length > 0
        ? by
        : ([
            ['anna', 'security'],
            ['bruno', 'compliance'],
          ] as const);
    let ifMatch: string | undefined = etag;
    let last: Answered | undefined;
    for (const [subject, role] of people) {
      last = await this.ask(subject, 'POST', `/v1/changes/${id}/approvals`, { body: { role }, ifMatch });
      ifMatch = last.etag;
    }
    if (!last) throw new Error('nobody approved');
    return last;
  }
}

const Proposed = z.object({ id: z.string(), state: z.string() });
export type Proposed = z.infer<typeof Proposed> & { readonly etag: string };
