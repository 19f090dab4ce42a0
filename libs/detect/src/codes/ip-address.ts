import { isIPv4, isIPv6 } from 'node:net';
import { contextBefore, CONTEXT, distanceTo, speaksOfSomethingElse } from '../numbers/context.js';
import { piecesOf, type Chain } from '../numbers/token.js';
import type { Finding, Recogniser } from '../recogniser.js';

CONTEXT.add(
  'ip|ips|ip address|ip adresse|adresse ip|direccion ip|indirizzo ip|adres ip|host|server|login from|logged in from',
  'IP_ADDRESS',
);

const V4 = /(?=\d)(?<![\p{L}\p{N}._-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![.-]?[\p{L}\p{N}_])/gu;
/** Longest text form of an IPv6 address: 45 characters (RFC 4291 2.2, with an IPv4 part). */
const V6_MOST = 45;
const V6_PART = /[0-9a-f:.]/i;

/** Addresses of machines on the internet. */
export const ipAddress: Recogniser = {
  name: 'ip-address',
  entities: [{ name: 'IP_ADDRESS' }],
  *find(reading): Iterable<Finding> {
    const { text } = reading;
    for (const { index, 0: found } of piecesOf(reading).some(hasFullStops) ? text.matchAll(V4) : []) {
      if (!isIPv4(found)) continue;
      const context = contextBefore(reading, index);
      const near = distanceTo(context, ['IP_ADDRESS']);
      // Versions and articles have four parts too, and nobody is reached at the unspecified address.
      const score = speaksOfSomethingElse(context, near) || found === '0.0.0.0' ? 0.4 : near ? 0.95 : 0.9;
      yield {
        start: index,
        end: index + found.length,
        entity: 'IP_ADDRESS',
        score,
        evidence: near ? ['pattern', 'context'] : ['pattern'],
      };
    }
    for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
      let start = colon;
      while (start > 0 && colon - start < 5 && V6_PART.test(text[start - 1] ?? '')) start--;
      let end = colon + 1;
      while (end < text.length && end - start <= V6_MOST && V6_PART.test(text[end] ?? '')) end++;
      const address = text.slice(start, end).replace(/[.:]$/, '');
      const isWhole = !/[\p{L}\p{N}_]/u.test((text[start - 1] ?? '') + (text[start + address.length] ?? ''));
      // Without a digit it is far more often a name in some program, as `a::b`.
      if (isWhole && address.length > 3 && /\d/.test(address) && isIPv6(address))
        yield {
          start,
          end: start + address.length,
          entity: 'IP_ADDRESS',
          score: 0.9,
          evidence: ['pattern'],
        };
      colon = Math.max(colon, end - 1);
    }
  },
};

/** Whether three full stops join four pieces: few chains do, and texts without one are not searched. */
const hasFullStops = (chain: Chain): boolean =>
  chain.some((_, at) => isDotted(chain, at + 1) && isDotted(chain, at + 2) && isDotted(chain, at + 3));

const isDotted = (chain: Chain, at: number): boolean => chain[at]?.joint === '.';
