import { z } from 'zod';

/**
 * What a tenant forbids beyond its contract, as Cedar policies; published under the tenant's id. They can only narrow.
 * The text is not judged here: what cannot be read must reach the router, which holds everything of that tenant,
 * while an entry that is refused earlier would leave the wider one before it standing.
 */
export const TenantPolicy = z.strictObject({
  tenant: z.string().min(1),
  version: z.int().positive(),
  /** Cedar policy text; empty forbids nothing more. */
  text: z.string(),
});
export type TenantPolicy = z.infer<typeof TenantPolicy>;
