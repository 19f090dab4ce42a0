import { z } from 'zod';
import { Country, Jurisdiction, Region } from './jurisdiction.js';
import { PoolKey } from './pool.js';

/** Spec of one cell, as written in `infra/jurisdictions/<region>.yaml`: the only source of what a cell is. */
export const CellSpec = z.strictObject({
  region: Region,
  jurisdiction: Jurisdiction,
  /** Countries whose law the jurisdiction is; its other cells need not repeat them. */
  countries: z.array(Country).optional(),
  /** Partitions of every data topic, and so the most that its parallel work can be split. */
  partitions: z.int().positive(),
  /** Lanes per stage: groups of partitions that share one transaction. */
  lanes: z.int().positive(),
  pools: z.array(
    z.strictObject({
      id: z.string().min(1),
      dedicatedTo: z.string().nullable(),
      models: z.array(z.string().min(1)).min(1),
      /** Key of a pool that is applied by change request; those of the founding are in the deployment's cells file. */
      publicKey: PoolKey.optional(),
    }),
  ),
  /** Jurisdictions to which a border topic exists. */
  borders: z.array(Jurisdiction),
});
export type CellSpec = z.infer<typeof CellSpec>;

/** Where a cell is reached from outside; published on the control topic `cell`. */
export const CellEndpoints = z.strictObject({
  region: Region,
  jurisdiction: Jurisdiction,
  ingestHttp: z.url(),
  ingestGrpc: z.string().min(1),
});
export type CellEndpoints = z.infer<typeof CellEndpoints>;
