import { z } from 'zod';

/** What a hop of the relay benchmark is told, as JSON in one environment variable. */
export const HopSetup = z.strictObject({
  kind: z.enum(['runner', 'bare']),
  broker: z.string(),
  region: z.string(),
  /** PEM texts. */
  tls: z.strictObject({ cert: z.string(), key: z.string(), ca: z.string() }),
  name: z.string(),
  from: z.string(),
  to: z.string(),
  lanes: z.int().positive(),
});
export type HopSetup = z.infer<typeof HopSetup>;

/** Environment variable that carries it. */
export const HOP_VARIABLE = 'BAILIWICK_BENCH_HOP';
/** Partitions of every topic of the benchmark. */
export const PARTITIONS = 4;
/** Bytes of every record's value. */
export const RECORD_BYTES = 1024;

/** What a hop says to the benchmark over the channel of its process. */
export type HopMessage =
  | { readonly ready: true }
  | { readonly cpuSeconds: number; readonly residentMb: number };
