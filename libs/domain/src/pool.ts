import { z } from 'zod';
import { Jurisdiction } from './jurisdiction.js';

/** X25519 public key of a pool, 32 bytes in base64url, to which requests are sealed. */
export const PoolKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is no X25519 public key in base64url');

/** An inference pool: accelerators in one region, its own key, an OpenAI-compatible endpoint. */
export const Pool = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  jurisdiction: Jurisdiction,
  region: z.string().min(1),
  /** Tenant it is dedicated to, or null when shared. */
  dedicatedTo: z.string().nullable(),
  /** Model aliases that it serves. */
  models: z.array(z.string().min(1)).min(1),
  /** X25519 public key of the pool, base64url, to which requests are sealed. */
  publicKey: z.string().min(1),
  /** Ids of its accelerators, for example their serial numbers; absent means that the inventory does not say. */
  accelerators: z.array(z.string().min(1)).optional(),
  /** When it last proved what it is; absent when it never did. */
  attestedAt: z.iso.datetime().optional(),
  /** Requests that it can still take; absent means that it does not say, and counts as enough. */
  room: z.int().nonnegative().optional(),
});
export type Pool = z.infer<typeof Pool>;
