import type { CellStart } from './cell.js';
import { ManagedProcess } from './managed-process.js';
import { clientDispatcher } from './parts/client-dispatcher.js';
import { answersOk } from './parts/http-ready.js';
import { identityProviderProcess } from './parts/identity-provider.js';
import {
  findJaeger,
  jaegerBuild,
  jaegerProcess,
  type JaegerPorts,
  type JaegerSource,
} from './parts/jaeger.js';
import { nodeProcess } from './parts/node-process.js';
import type { Ports } from './ports.js';
import { SAMPLE_PEOPLE } from './sample-people.js';
import { SAMPLE_TENANTS } from './sample-tenants.js';
import {
  PERSON_SCOPE,
  READ_SCOPE,
  purposeScope,
  tenantScope,
  type RegisteredClient,
} from './identity-provider/client.js';
import { controlPlaneProcess, type ServicePorts } from './services/service-process.js';
import { ownProgram } from './stack-folder.js';
import type { ResolvedOptions } from './stack-options.js';

/** What belongs to no cell: control-plane, identity provider, sample CRM, Jaeger. */
export interface OutsidePlan {
  readonly controlPlane: ServicePorts & { readonly api: number; readonly credentials: number };
  readonly issuer: string;
  readonly identityProviderPort: number;
  readonly crmPort: number;
  /** Port of the sample CRM's Pub/Sub API. */
  readonly crmPubSubPort: number;
  readonly jaeger: { readonly source: JaegerSource; readonly ports: JaegerPorts } | null;
  /** OTLP/HTTP endpoint of the services, or null. */
  readonly otlp: string | null;
  /** Query API of Jaeger, or null. */
  readonly query: string | null;
}

/** Claims the ports of what belongs to no cell, and looks for a Jaeger. */
export async function planOutside(options: ResolvedOptions, ports: Ports): Promise<OutsidePlan> {
  const claim = (purpose: string, port: number): Promise<number> =>
    ports.claim(purpose, options.ports === 'any' ? 0 : port);
  const identityProviderPort = await claim('identity provider', 9400);
  const source = jaegerSource(options);
  const there = source.kind !== 'none' && !(source.kind === 'buildable' && options.jaeger === 'if-there');
  const given = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? null;
  const jaeger = !there
    ? null
    : {
        source,
        ports: {
          query: await claim('Jaeger query', 16686),
          queryGrpc: await claim('Jaeger query gRPC', 16685),
          otlpHttp: await claim('OTLP/HTTP', 4318),
          otlpGrpc: await claim('OTLP/gRPC', 4317),
        },
      };
  return {
    controlPlane: {
      http: await claim('control-plane', 9300),
      grpc: await claim('control-plane gRPC', 9301),
      api: await claim('control-plane API', 9343),
      credentials: await claim('control-plane credentials', 9344),
    },
    issuer: `http://127.0.0.1:${identityProviderPort}`,
    identityProviderPort,
    crmPort: await claim('sample CRM', 9500),
    crmPubSubPort: await claim('sample CRM Pub/Sub', 9501),
    jaeger,
    otlp: jaeger ? `http://127.0.0.1:${jaeger.ports.otlpHttp}` : given,
    query: jaeger ? `http://127.0.0.1:${jaeger.ports.query}` : null,
  };
}

function jaegerSource({ jaeger, parts }: ResolvedOptions): JaegerSource {
  if (jaeger === 'off') return { kind: 'none' };
  return parts === 'docker' ? { kind: 'container' } : findJaeger();
}

/** Starts the control-plane and waits until it has published to every cell. */
export async function startControlPlane(
  plan: OutsidePlan,
  { mesh, options, supervisor, table }: CellStart,
): Promise<void> {
  if (!options.services('control', 'control-plane')) return;
  await supervisor.start(new ManagedProcess(await controlPlaneProcess(mesh, plan.controlPlane), table));
}

/** Starts the identity provider with the clients of the sample tenants and people. */
export async function startIdentityProvider(
  plan: OutsidePlan,
  { mesh, supervisor, table }: CellStart,
): Promise<void> {
  const clients: readonly RegisteredClient[] = await Promise.all(
    SAMPLE_TENANTS.map(async ({ tenant, clientId, purposes }) => ({
      clientId,
      scopes: [tenantScope(tenant), ...purposes.map(purposeScope)],
      jwk: (await mesh.keys.client(clientId)).publicKey,
    })),
  );
  const compliance: readonly RegisteredClient[] = await Promise.all(
    SAMPLE_TENANTS.map(async ({ tenant, complianceId }) => ({
      clientId: complianceId,
      scopes: [tenantScope(tenant), READ_SCOPE],
      jwk: (await mesh.keys.client(complianceId)).publicKey,
    })),
  );
  const people: readonly RegisteredClient[] = await Promise.all(
    SAMPLE_PEOPLE.map(async ({ subject }) => ({
      clientId: subject,
      scopes: [PERSON_SCOPE],
      jwk: (await mesh.keys.client(subject)).publicKey,
    })),
  );
  const spec = await identityProviderProcess({
    port: plan.identityProviderPort,
    clients: [...clients, ...compliance, ...people],
    clientsFile: mesh.folder.config('clients.json'),
    keys: mesh.keys,
    logFile: mesh.folder.log('control', 'identity-provider'),
  });
  await supervisor.start(new ManagedProcess(spec, table));
}

/** Starts the sample CRM. Its sample day begins when the stack file tells it where ingest is. */
export async function startSampleCrm(
  plan: OutsidePlan,
  { mesh, options, supervisor, table }: CellStart,
): Promise<void> {
  const identity = { region: 'outside', workload: 'sample-crm' };
  const tls = await mesh.authority.issue(identity);
  const spec = nodeProcess({
    ...identity,
    script: ownProgram('sample-crm', 'main.js'),
    env: {
      BAILIWICK_HTTP_PORT: String(plan.crmPort),
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_GRPC_PORT: String(plan.crmPubSubPort),
      BAILIWICK_CRM_DATABASE: mesh.folder.data('crm', 'crm.sqlite'),
      BAILIWICK_CRM_EVENTS: mesh.folder.data('crm', 'events.sqlite'),
      BAILIWICK_CRM_APPS_FILE: mesh.crmAppsFile,
      BAILIWICK_SAMPLE_DAY: options.sampleDay,
      BAILIWICK_STACK_FILE: mesh.folder.stackFile,
      BAILIWICK_WEBHOOKS_FILE: mesh.webhooksFile,
    },
    logFile: mesh.folder.log(identity.region, identity.workload),
    ready: async (signal) => {
      const dispatcher = await clientDispatcher(tls);
      await answersOk(`https://127.0.0.1:${plan.crmPort}/health`, signal, dispatcher).finally(
        () => void dispatcher.destroy(),
      );
    },
  });
  await supervisor.start(new ManagedProcess(spec, table));
}

/** Starts Jaeger where there is one; where it must be built first, it is started when the build is done. */
export async function startJaeger(plan: OutsidePlan, start: CellStart): Promise<void> {
  if (!plan.jaeger) return;
  const { mesh, options, supervisor, table } = start;
  const { source, ports } = plan.jaeger;
  if (source.kind === 'none') return;
  if (source.kind === 'container') {
    const { jaegerContainer } = await import('./docker/jaeger-container.js');
    supervisor.hold(await jaegerContainer(ports));
    return;
  }
  const run = async (): Promise<void> => {
    const config = mesh.folder.config('jaeger.yaml');
    const spec = await jaegerProcess(source.file, ports, config, mesh.folder.log('control', 'jaeger'));
    await supervisor.start(new ManagedProcess(spec, table));
    options.say(`Jaeger is up, query API on http://127.0.0.1:${ports.query}`);
  };
  if (source.kind === 'binary') return run();
  options.say('building Jaeger in the background, once; traces appear when it is done');
  const build = new ManagedProcess(
    jaegerBuild(source.file, mesh.folder.log('control', 'jaeger-build')),
    table,
  );
  supervisor.adopt(build);
  await build.spawn();
  const built = build.end.then(async (code) => {
    if (code === 0) await run();
    else if (build.isWanted) options.say('Jaeger could not be built; there are no traces');
  });
  if (options.jaeger === 'wait') await built;
  else built.catch((error: unknown) => options.say(error instanceof Error ? error.message : String(error)));
}
