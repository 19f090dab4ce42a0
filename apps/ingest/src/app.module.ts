import {
  CONTROL_REGION,
  EVENT_TYPES,
  IngestServiceService,
  boundedTablesOf,
  spiffeId,
  topicNames,
} from '@bailiwick/contracts';
import { CredentialService } from '@bailiwick/crm';
import { Custody } from '@bailiwick/custody';
import { grpcServerOf, handlers } from '@bailiwick/grpc';
import { ControlReader, DurableWriter, TailReader, clusterOf } from '@bailiwick/kafka';
import {
  BoundedTable,
  RootModule,
  databaseError,
  openDatabase,
  readTls,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import type { DynamicModule } from '@nestjs/common';
import { AccessTokens } from './authorise/access-tokens.js';
import { trustAuthority } from './authorise/trust-authority.js';
import { readConfig, type IngestConfig } from './config.js';
import { tellGone } from './gateway/caller-gone.js';
import { Gateway } from './gateway/gateway.js';
import { KEPT_MS, Replies } from './gateway/replies.js';
import { TokenBudgets } from './gateway/token-budgets.js';
import { TokenUsage } from './gateway/token-usage.js';
import { ApiServer } from './http/api-server.js';
import { MAX_BODY_BYTES } from './http/request-body.js';
import { borrowing } from './pull/borrowing.js';
import { pullRunners } from './pull/pulls.js';
import { DailyQuota } from './quota/daily-quota.js';
import { TenantQuotas } from './quota/tenant-quotas.js';
import { RecordReceiver } from './receive/record-receiver.js';
import { sendStream } from './stream/send-stream.js';
import { ErasureRequests } from './webhook/erasure-requests.js';
import { WebhookRegistrations } from './webhook/webhook-registrations.js';

/** Ingest as a service. */
export const ingest = (env?: NodeJS.ProcessEnv): ServiceDefinition<IngestConfig> => ({
  config: readConfig(env),
  wire,
});

async function wire(kit: ServiceKit<IngestConfig>): Promise<DynamicModule> {
  const { config, logger, health } = kit;
  const { BAILIWICK_CELL_FILE: cell, BAILIWICK_TRUST_FILE: trust, BAILIWICK_HTTP_HOST: host } = config;
  const tls = readTls(config);
  trustAuthority(tls.ca);
  const database = openDatabase(config);
  kit.add({ start: () => Promise.resolve(), stop: () => database.end() });
  const custody = await Custody.open({ pool: database, cellKeys: config.BAILIWICK_CELL_KEY_FILE }).catch(
    (thrown: unknown) => Promise.reject(databaseError(thrown)),
  );
  kit.add(custody.erasures);
  for (const table of boundedTablesOf('ingest')) kit.add(new BoundedTable(table, database, logger));

  const cluster = clusterOf(config, logger);
  const control = new ControlReader({
    cluster,
    cell,
    keys: trust.signers[spiffeId({ region: CONTROL_REGION, workload: 'control-plane' })] ?? [],
    kinds: ['profile', 'purpose', 'cell'],
    logger,
  });
  health.add(control.check);
  const writer = new DurableWriter(cluster, cell);

  const { region, jurisdiction } = cell;
  const names = topicNames(jurisdiction);
  const tokens = new AccessTokens(config.BAILIWICK_OIDC_ISSUER);
  const quotas = new TenantQuotas(config.BAILIWICK_QUOTAS_FILE, await DailyQuota.open(database));
  const inbound = {
    control,
    custody,
    quotas,
    region,
    topic: names.record,
    now: () => new Date(),
  };
  const receiver = new RecordReceiver({ ...inbound, writer, logger });
  const replies = new Replies();
  const usage = await TokenUsage.open(database, logger);
  const tail = new TailReader({
    cluster,
    topic: names.reply,
    type: EVENT_TYPES.reply,
    sinceMs: KEPT_MS,
    take: (reply) => {
      replies.take(reply);
      usage.take(reply);
    },
    logger,
  });
  health.add(tail.check);
  const credentials = new CredentialService(config.BAILIWICK_CREDENTIALS_URL ?? '', tls);
  kit.add({ start: () => Promise.resolve(), stop: () => credentials.close() });
  const subscriptions = config.BAILIWICK_SUBSCRIPTIONS_FILE;
  const borrow = borrowing(credentials, region);
  const pulls = pullRunners(subscriptions, { cluster, cell, logger }, inbound, borrow);
  const api = new ApiServer({
    host,
    port: config.BAILIWICK_API_PORT,
    tls,
    region,
    control,
    tokens,
    receiver,
    quotas,
    webhooks: new WebhookRegistrations(config.BAILIWICK_WEBHOOKS_FILE, logger, borrow),
    erasures: new ErasureRequests({ ...inbound, writer, topic: topicNames(cell.jurisdiction).erasure }),
    gateway: new Gateway({
      control,
      custody,
      receiver,
      replies,
      budgets: new TokenBudgets(config.BAILIWICK_QUOTAS_FILE, usage),
      tellGone: (question, tenant) =>
        tellGone({ custody, writer, topic: names.gone, logger }, question, tenant),
    }),
    logger,
  });
  const grpc = grpcServerOf(kit, {
    clientCertificates: 'optional',
    // A record of the same size as over HTTP, and its other members.
    maxMessageBytes: MAX_BODY_BYTES + 64 * 1024,
  });
  const { draining } = grpc;
  grpc.add(IngestServiceService, {
    send: handlers(logger).duplex(sendStream({ tokens, control, region, receiver, draining })),
  });
  for (const part of [control, writer, usage, tail, api, grpc, ...pulls]) kit.add(part);
  return { module: RootModule };
}
