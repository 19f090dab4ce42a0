import { isIPv4, isIPv6 } from 'node:net';
import type { Finding, Recogniser } from '../recogniser.js';

const V4 = /(?<![\p{L}\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?[\p{L}\p{N}])/gu;
/** Longest text form of an IPv6 address: 45 characters (RFC 4291 2.2, with an IPv4 part). */
const V6 = /(?<![\p{L}\p{N}:.])[0-9a-f:][0-9a-f:.]{1,44}(?![\p{L}\p{N}:])/giu;

export const ipAddress: Recogniser = {
  name: 'ip-address',
  entities: [{ name: 'IP_ADDRESS' }],
  *find({ text }): Iterable<Finding> {
    for (const { index, 0: found } of text.matchAll(V4)) {
      if (isIPv4(found))
        yield {
          start: index,
          end: index + found.length,
          entity: 'IP_ADDRESS',
          score: 0.9,
          evidence: ['pattern'],
        };
    }
    for (const { index, 0: found } of text.matchAll(V6)) {
      const address = found.replace(/\.+$/, '');
      // Without a digit it is far more often a name in some program, as `a::b`.
      if (/\d/.test(address) && address.length > 3 && isIPv6(address))
        yield {
          start: index,
          end: index + address.length,
          entity: 'IP_ADDRESS',
          score: 0.9,
          evidence: ['pattern'],
        };
    }
  },
};
