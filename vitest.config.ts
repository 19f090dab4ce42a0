import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/launch/longest-first.mjs';

/** Packages resolve to their sources, so that a unit test needs no build. */
const resolve = { conditions: ['@bailiwick/source', 'node'] };
const ssr = { resolve };
const exclude = ['**/node_modules/**', '**/dist/**'];

/** Specs that set the process's one tracer provider, so each needs a process of its own. */
const globalTracing = [
  'libs/grpc/src/grpc-server.spec.ts',
  'libs/kafka/src/commit-span.spec.ts',
  'apps/ingest/src/receive/record-receiver.spec.ts',
];

export default defineConfig({
  resolve,
  ssr,
  test: {
    // Specs wait for timers and sockets about as long as they compute. End to end runs one file at a time anyway.
    maxWorkers: '200%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          // Files share workers: importing Nest, zod and gRPC anew for each takes longer than the tests.
          isolate: false,
          include: ['{libs,apps,tools}/*/src/**/*.spec.ts'],
          exclude: [...exclude, ...globalTracing, '**/*.int.spec.ts', '**/*.e2e.spec.ts'],
        },
      },
      { resolve, ssr, test: { name: 'unit-tracing', include: globalTracing, exclude } },
      {
        resolve,
        ssr,
        test: {
          name: 'int',
          include: ['{libs,apps,tools}/*/src/**/*.int.spec.ts'],
          exclude,
          // Brokers and databases are of each file's own, and half of the time somebody waits for one.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          globalSetup: ['apps/mesh-e2e/src/start-mesh.ts'],
          include: ['apps/mesh-e2e/src/**/*.e2e.spec.ts'],
          exclude,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 420_000,
        },
      },
    ],
  },
});
