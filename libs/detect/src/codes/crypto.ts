import { createHash } from 'node:crypto';
import { bech32, bech32m, createBase58check } from '@scure/base';
import { piecesOf } from '../numbers/token.js';
import type { Finding, Recogniser } from '../recogniser.js';

const base58check = createBase58check((data: Uint8Array): Uint8Array =>
  createHash('sha256').update(data).digest(),
);

/** Bitcoin and its relatives in Base58Check; BIP 173 and 350; Ethereum. */
const BASE58 = /(?<![A-Za-z0-9])[13LMDT2mn][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9])/g;
const BECH32 = /(?<![A-Za-z0-9])(?:bc1|tb1|ltc1)[02-9ac-hj-np-z]{11,71}(?![A-Za-z0-9])/gi;
const ETHEREUM = /(?<![A-Za-z0-9])0x[0-9a-f]{40}(?![A-Za-z0-9])/gi;

const LENGTH_LEAST = 25;

/** Versions of the first byte: Bitcoin, its test net, Litecoin, Dogecoin, Tron. */
const VERSIONS = new Set([0x00, 0x05, 0x6f, 0xc4, 0x30, 0x32, 0x1e, 0x41]);

/** Addresses of wallets. */
export const crypto: Recogniser = {
  name: 'crypto',
  entities: [{ name: 'CRYPTO' }],
  *find(reading): Iterable<Finding> {
    const { text } = reading;
    if (!piecesOf(reading).some((chain) => chain.some(({ start, end }) => end - start >= LENGTH_LEAST)))
      return;
    for (const { index, 0: found } of text.matchAll(BASE58))
      if (/\d/.test(found) && isBase58(found)) yield proven(index, found);
    for (const { index, 0: found } of text.matchAll(BECH32)) if (isBech32(found)) yield proven(index, found);
    for (const { index, 0: found } of text.matchAll(ETHEREUM)) {
      const isRight = hasRightCase(found);
      if (isRight) yield proven(index, found);
      else {
        // Small letters only have no check; letters in a wrong case are one mistyped, or something else.
        const score = isRight === undefined ? 0.9 : 0.6;
        yield { start: index, end: index + found.length, entity: 'CRYPTO', score, evidence: ['pattern'] };
      }
    }
  },
};

const proven = (start: number, found: string): Finding => ({
  start,
  end: start + found.length,
  entity: 'CRYPTO',
  score: 1,
  evidence: ['check-digit'],
});

function isBase58(address: string): boolean {
  try {
    const bytes = base58check.decode(address);
    return bytes.length === 21 && VERSIONS.has(bytes[0] ?? -1);
  } catch {
    return false;
  }
}

function isBech32(address: string): boolean {
  return (bech32.decodeUnsafe(address, 90) ?? bech32m.decodeUnsafe(address, 90)) !== undefined;
}

/** EIP-55: a letter is a capital where the hash of the address has a high digit; undefined for one case only. */
function hasRightCase(address: string): boolean | undefined {
  const digits = address.slice(2);
  const small = digits.toLowerCase();
  if (digits === small || digits === digits.toUpperCase()) return undefined;
  const hash = createHash('keccak-256').update(small).digest('hex');
  const isHigh = (at: number): boolean => Number.parseInt(hash.charAt(at), 16) >= 8;
  return small.split('').every((sign, at) => digits.charAt(at) === (isHigh(at) ? sign.toUpperCase() : sign));
}
