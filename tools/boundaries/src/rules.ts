import type { Import } from './imports.js';

/** One boundary: a name, why it is there, and which imports break it. */
export interface Rule {
  readonly name: string;
  readonly why: string;
  readonly broken: (imported: Import) => boolean;
}

const APPS = [
  'ingest',
  'classifier',
  'residency-router',
  'inference-adapter',
  'writeback',
  'lineage',
  'control-plane',
  'console',
  'mesh-e2e',
];
const PURE = new Set(['libs/domain', 'libs/policy', 'libs/detect', 'libs/receipt', 'libs/chat', 'libs/tlog']);
const FRAMEWORKS = /^(@nestjs\/|kafkajs$|@grpc\/|@opentelemetry\/|fastify$|pg$)/;
/** What each library may import of the workspace; `platform` means that it may know errors, telemetry and logs. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'libs/domain': [],
  'libs/tlog': [],
  'libs/policy': ['domain'],
  'libs/detect': ['domain'],
  'libs/receipt': ['domain'],
  'libs/canary': ['domain'],
  'libs/chat': ['domain'],
  'libs/contracts': ['domain'],
  'libs/custody': ['domain', 'contracts'],
  'libs/crm': ['domain', 'contracts', 'platform'],
  'libs/platform': ['domain'],
  'libs/kafka': ['domain', 'contracts', 'platform'],
  'libs/grpc': ['domain', 'contracts', 'platform'],
};

const own = (specifier: string): string | undefined => /^@bailiwick\/([^/]+)/.exec(specifier)?.[1];

/** The boundaries of the design, in the order of its «Rooms». */
export const RULES: readonly Rule[] = [
  {
    name: 'apps-never-import-apps',
    why: 'services meet on topics and gRPC only; the benchmark measures the log of lineage by itself',
    broken: ({ room, specifier, test }) =>
      !test &&
      APPS.includes(own(specifier) ?? '') &&
      room !== `apps/${own(specifier)}` &&
      !(room === 'tools/bench' && own(specifier) === 'lineage'),
  },
  {
    name: 'rooms-do-not-reach-into-rooms',
    why: 'a package is used through its root, not through paths into its files',
    broken: ({ file, specifier }) =>
      /^@bailiwick\/[^/]+\/.+/.test(specifier) ||
      (specifier.startsWith('.') &&
        !new URL(specifier, `file:///${file}`).pathname.startsWith(
          `/${file.split('/').slice(0, 2).join('/')}/`,
        )),
  },
  {
    name: 'libraries-import-only-what-the-design-lists',
    why: 'the arrows between libraries point one way',
    broken: ({ room, specifier, test }) => {
      const target = own(specifier);
      const allowed = ALLOWED[room];
      return !test && target !== undefined && allowed !== undefined && !allowed.includes(target);
    },
  },
  {
    name: 'pure-libraries-know-no-framework',
    why: 'decisions, detection, receipts and proofs must run and be tested anywhere',
    broken: ({ room, specifier, test }) => !test && PURE.has(room) && FRAMEWORKS.test(specifier),
  },
  {
    name: 'domain-imports-zod-only',
    why: 'the words depend on nothing',
    broken: ({ room, specifier, test }) =>
      !test && room === 'libs/domain' && !/^(\.|zod$|node:crypto$)/.test(specifier),
  },
  {
    name: 'kafkajs-in-libs-kafka-only',
    why: 'one mechanism moves records; the benchmark needs the bare client to compare with',
    broken: ({ room, specifier }) => specifier === 'kafkajs' && !['libs/kafka', 'tools/bench'].includes(room),
  },
  {
    name: 'grpc-in-libs-grpc-and-contracts-only',
    why: 'one place knows deadlines, status and certificates',
    broken: ({ room, specifier, test }) =>
      !test && specifier.startsWith('@grpc/') && !['libs/grpc', 'libs/contracts', 'libs/crm'].includes(room),
  },
  {
    name: 'cedar-in-libs-policy-only',
    why: 'one place knows what an error of the engine means; the benchmark needs it bare to compare with',
    broken: ({ room, specifier }) =>
      specifier.startsWith('@cedar-policy/') && !['libs/policy', 'tools/bench'].includes(room),
  },
  {
    name: 'model-clients-in-inference-adapter-only',
    why: 'nothing else can reach a model; tests of the gateway ask it as strangers do',
    broken: ({ room, specifier, test }) =>
      !(test && specifier === 'openai') &&
      /^(openai|node-llama-cpp|@anthropic-ai\/|@google\/genai|ollama)/.test(specifier) &&
      !['apps/inference-adapter', 'tools/pool', 'tools/model'].includes(room),
  },
  {
    name: 'no-custody-where-no-payload-is-read',
    why: 'control-plane, lineage and console can never open a payload',
    broken: ({ room, specifier }) =>
      ['apps/control-plane', 'apps/lineage', 'apps/console'].includes(room) && own(specifier) === 'custody',
  },
  {
    name: 'nothing-imports-the-scenarios',
    why: 'the product does not depend on its tests',
    broken: ({ room, specifier, test }) =>
      (own(specifier) === 'mesh-e2e' && room !== 'apps/mesh-e2e') ||
      (!test &&
        own(specifier) === 'testing' &&
        !['apps/mesh-e2e', 'tools/bench', 'libs/testing'].includes(room)),
  },
];
