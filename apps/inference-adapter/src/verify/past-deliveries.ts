import { EVENT_TYPES } from '@bailiwick/contracts';
import { readBack, type Cluster } from '@bailiwick/kafka';
import { z } from 'zod';
import type { PastDelivery, ReadDeliveries } from './replay-guard.js';

const Stated = z.object({ jti: z.string().min(1), exp: z.number() });

/** Reads past deliveries from the request topic itself. */
export const pastDeliveries =
  (cluster: Cluster): ReadDeliveries =>
  (before, sinceMs) =>
    readBack(cluster, before, sinceMs, ({ offset, value }) => deliveryOf(BigInt(offset), value));

/** The receipt of a past request, unverified; undefined when there is none that can be read. */
export function deliveryOf(offset: bigint, value: Buffer | null): PastDelivery | undefined {
  try {
    const { receipt } = EVENT_TYPES.request.decode(value ?? Buffer.alloc(0));
    const claims = JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return { offset, ...Stated.parse(claims) };
  } catch {
    return undefined;
  }
}
