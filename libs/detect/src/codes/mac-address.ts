import type { Finding, Recogniser } from '../recogniser.js';

/** IEEE 802: six pairs joined by colons or hyphens, or three groups of four joined by full stops. */
const PAIRS = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;
const FOURS = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i;
const CANDIDATE =
  /(?<![\w:.-])(?:[0-9a-f]{2}[:-][0-9a-f]{2}[:-][0-9a-f:-]{11}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\w:]|[.-]\w)/gi;

/** What every such address holds, and few other texts: found fast. */
const INSIDE = /[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]|\.[0-9a-f]{4}\./i;

/** Addresses of network devices. */
export const macAddress: Recogniser = {
  name: 'mac-address',
  entities: [{ name: 'MAC_ADDRESS' }],
  *find({ text }): Iterable<Finding> {
    if (!INSIDE.test(text)) return;
    for (const { index, 0: found } of text.matchAll(CANDIDATE)) {
      if (!PAIRS.test(found) && !(FOURS.test(found) && /[a-f]/i.test(found))) continue;
      // `00:00:…` and `ff:ff:…` are nobody's.
      if (/^(?:0[:.-]?)+$|^(?:f[:.-]?)+$/i.test(found)) continue;
      yield {
        start: index,
        end: index + found.length,
        entity: 'MAC_ADDRESS',
        score: 0.95,
        evidence: ['pattern'],
      };
    }
  },
};
