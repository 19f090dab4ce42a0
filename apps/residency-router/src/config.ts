import { Jurisdiction, Region } from '@bailiwick/domain';
import { BailiwickError, CellConfig, DatabaseConfig, jsonFile, loadConfig } from '@bailiwick/platform';
import { SigningKey } from '@bailiwick/receipt';
import { z } from 'zod';

/** A cell to which records may leave, and its brokers (`host:port`). */
export const Neighbour = z.strictObject({
  region: Region,
  jurisdiction: Jurisdiction,
  brokers: z.array(z.string().min(1)).min(1),
});
export type Neighbour = z.infer<typeof Neighbour>;

/** A border topic has one cell at its other end. */
const Neighbours = z
  .array(Neighbour)
  .refine((list) => new Set(list.map(({ jurisdiction }) => jurisdiction)).size === list.length, {
    message: 'two neighbours in one jurisdiction',
  });

/** Environment variables of the residency-router. */
const Config = CellConfig.extend(DatabaseConfig.shape).extend({
  /** The cell's key file. */
  BAILIWICK_CELL_KEY_FILE: z.string().min(1),
  /** Private JWK with which receipts are signed. */
  BAILIWICK_SIGNING_KEY_FILE: jsonFile(SigningKey),
  /** Age of the last heartbeat of the control-plane from which everything is held, in milliseconds. */
  BAILIWICK_STALE_AFTER_MS: z.coerce.number().int().positive().default(300_000),
  /** Age of an adapter's report from which its pool's room, accelerators and proof are unknown, in milliseconds. */
  BAILIWICK_REPORT_STALE_AFTER_MS: z.coerce.number().int().positive().default(90_000),
  /** How long a receipt holds, in milliseconds. */
  BAILIWICK_RECEIPT_TTL_MS: z.coerce.number().int().positive().default(900_000),
  /** Neighbouring cells as a JSON list of `{region, jurisdiction, brokers}`; none when absent. */
  BAILIWICK_NEIGHBOURS: z
    .string()
    .default('[]')
    .transform((text, context) => {
      try {
        return Neighbours.parse(JSON.parse(text));
      } catch (cause) {
        const message = cause instanceof z.ZodError ? z.prettifyError(cause) : 'not JSON';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    }),
  /** Records that are decided at once, in each stage. */
  BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(64),
});
export type RouterConfig = z.infer<typeof Config>;

/** Reads the configuration of the process; throws `config-invalid`. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): RouterConfig {
  const config = loadConfig(Config, env);
  const { borders } = config.BAILIWICK_CELL_FILE;
  const beyond = config.BAILIWICK_NEIGHBOURS.find(({ jurisdiction }) => !borders.includes(jurisdiction));
  if (beyond)
    throw new BailiwickError(
      'config-invalid',
      `BAILIWICK_NEIGHBOURS: the cell has no border to ${beyond.jurisdiction}`,
    );
  return config;
}
