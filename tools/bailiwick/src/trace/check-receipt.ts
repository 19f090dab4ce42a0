import { signedClaims, type ReceiptKey } from '@bailiwick/receipt';
import { z } from 'zod';

/** The part of the trust bundle that receipts are checked with: public keys by who signs. */
export const Signers = z.object({
  signers: z.record(
    z.string(),
    z.array(z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() })),
  ),
});
export type Signers = z.infer<typeof Signers>;

/** What a check of a receipt found. */
export type ReceiptCheck =
  | { readonly verified: true; readonly issuer: string; readonly expires: Date }
  | { readonly verified: false; readonly why: string };

/** Checks a receipt offline: signed by the router that it names, and about this very event. */
export function checkReceipt(receipt: string, eventId: string, { signers }: Signers): ReceiptCheck {
  if (receipt === '') return { verified: false, why: 'there is none' };
  const keys: readonly ReceiptKey[] = Object.values(signers).flat();
  const claims = signedClaims(receipt, keys);
  if (!claims) return { verified: false, why: 'no trusted router signed it' };
  const own = signers[claims.iss] ?? [];
  if (!signedClaims(receipt, own)) return { verified: false, why: 'another signer than it names' };
  if (claims.event !== eventId) return { verified: false, why: 'it is about another event' };
  return { verified: true, issuer: claims.iss, expires: new Date(claims.exp * 1000) };
}
