export { canonicalJson, receiptClaims, ReceiptClaims, type ReceiptDraft } from './receipt-claims.js';
export { RECEIPT_TYPE, SigningKey, type ReceiptKey } from './receipt-key.js';
export { ReceiptSigner } from './receipt-signer.js';
export {
  CLOCK_LEEWAY_MS,
  RECEIPT_VIOLATIONS,
  signedClaims,
  verifyReceipt,
  type ReceiptExpectations,
  type ReceiptVerdict,
  type ReceiptViolation,
} from './verify-receipt.js';
