import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SAMPLE_TENANTS } from '../sample-tenants.js';
import { readStackFile, type StackFile } from '../stack-file.js';
import { ConnectedApp, CrmLogin } from './crm-login.js';
import { crmServer } from './crm-server.js';
import { CrmStore } from './crm-store.js';
import { DayPlayer } from './play-day.js';
import { SamplePubSub } from './pubsub-crm.js';
import { sampleDay } from './sample-day.js';
import { VendorApp, VendorLogin } from './vendor-login.js';
import type { WebhookKey } from './webhook-sender.js';

/** Environment of the sample CRM. */
const Environment = z.object({
  BAILIWICK_HTTP_PORT: z.coerce.number().int().positive(),
  BAILIWICK_TLS_CERT: z.string().min(1),
  BAILIWICK_TLS_KEY: z.string().min(1),
  BAILIWICK_TLS_CA: z.string().min(1),
  /** SQLite file of its records and writes. */
  BAILIWICK_CRM_DATABASE: z.string().min(1),
  /** SQLite file of its orgs and of the events that they stream. */
  BAILIWICK_CRM_EVENTS: z.string().min(1),
  /** Port of its Pub/Sub API. */
  BAILIWICK_GRPC_PORT: z.coerce.number().int().positive(),
  /** JSON file of the connected apps that may log in, and of other vendors' apps. */
  BAILIWICK_CRM_APPS_FILE: z
    .string()
    .transform((file) =>
      z
        .strictObject({ apps: z.array(ConnectedApp), vendors: z.array(VendorApp) })
        .parse(JSON.parse(readFileSync(file, 'utf8'))),
    ),
  BAILIWICK_STACK_FILE: z.string().min(1),
  /** Whether it streams its sample day: not at all, once, or one day after the other. */
  BAILIWICK_SAMPLE_DAY: z.enum(['off', 'once', 'repeat']),
});

/** Pause between the events of a day that is played once, and of one that is watched, in milliseconds. */
const PAUSE_MS = { once: 30, repeat: 1_000 };
const BETWEEN_DAYS_MS = 10_000;
/** How often a stream without events says that it lives, and how often old events are forgotten, in milliseconds. */
const KEEPALIVE_MS = 20_000;
const FORGET_EVERY_MS = 3_600_000;

const environment = Environment.parse(process.env);
const url = `https://127.0.0.1:${environment.BAILIWICK_HTTP_PORT}`;
const store = new CrmStore(environment.BAILIWICK_CRM_DATABASE);
const { apps, vendors } = environment.BAILIWICK_CRM_APPS_FILE;
const login = new CrmLogin(apps, store, url);
const pubsub = new SamplePubSub({
  file: environment.BAILIWICK_CRM_EVENTS,
  port: environment.BAILIWICK_GRPC_PORT,
  tls: {
    cert: readFileSync(environment.BAILIWICK_TLS_CERT, 'utf8'),
    key: readFileSync(environment.BAILIWICK_TLS_KEY, 'utf8'),
    ca: readFileSync(environment.BAILIWICK_TLS_CA, 'utf8'),
  },
  orgs: SAMPLE_TENANTS.map(({ tenant }) => tenant),
  orgOf: (token) => login.tenantOf(`Bearer ${token}`),
  keepaliveMs: KEEPALIVE_MS,
});
await pubsub.start();
setInterval(() => pubsub.bus.forget(), FORGET_EVERY_MS).unref();
let player: DayPlayer | undefined;
const server = crmServer({
  tls: {
    certificate: environment.BAILIWICK_TLS_CERT,
    key: environment.BAILIWICK_TLS_KEY,
    authority: environment.BAILIWICK_TLS_CA,
  },
  store,
  login,
  vendors: new VendorLogin(vendors, store, url),
  pubsub,
  progress: () => player?.progress ?? null,
});
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    ending.abort();
    server.close(() => {
      void pubsub.stop().finally(() => {
        store.close();
        process.exit(0);
      });
    });
    server.closeAllConnections();
  });
server.listen(environment.BAILIWICK_HTTP_PORT, '127.0.0.1', () =>
  console.log('sample CRM, a development tool: its people, cases and companies are invented'),
);
if (environment.BAILIWICK_SAMPLE_DAY !== 'off') await stream(environment.BAILIWICK_SAMPLE_DAY, ending.signal);

/** Waits for the stack, then plays days. */
async function stream(mode: 'once' | 'repeat', signal: AbortSignal): Promise<void> {
  const stack = await stackWhenUp(signal);
  if (!stack) return;
  const webhooks = await webhooksOf(stack);
  while (!signal.aborted) {
    player = new DayPlayer(
      stack,
      sampleDay(new Date().toISOString().replaceAll(/[:.]/g, '')),
      webhooks,
      pubsub,
    );
    await player.play(PAUSE_MS[mode], signal);
    if (mode === 'once') return;
    await sleep(BETWEEN_DAYS_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function stackWhenUp(signal: AbortSignal): Promise<StackFile | null> {
  while (!signal.aborted) {
    const stack = await readStackFile(environment.BAILIWICK_STACK_FILE).catch(() => null);
    // The supervisor that started this process is the one whose stack it belongs to.
    if (stack?.supervisor.pid === process.ppid) return stack;
    await sleep(200, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

async function webhooksOf(stack: StackFile): Promise<ReadonlyMap<string, WebhookKey>> {
  const keys = Object.entries(stack.tenants).map(async ([tenant, { webhook, crmWebhook }]) => {
    const { id, kind, secretFile } = crmWebhook ?? { ...webhook, kind: 'bailiwick' as const };
    return [tenant, { id, kind, secret: (await readFile(secretFile, 'utf8')).trim() }] as const;
  });
  return new Map(await Promise.all(keys));
}
