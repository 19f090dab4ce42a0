import type { Finding, Recogniser } from '../recogniser.js';
import { isDomain } from './domains.js';

/** Longest address that is followed; browsers take about as many. */
const LENGTH_MOST = 2000;
const DOMAIN_MOST = 253;

const SCHEME =
  /(?:https?|ftps?|sftp|wss?|file|ssh|git|ldaps?|smb|jdbc|s3|postgres(?:ql)?|mongodb(?:\+srv)?|mysql|rediss?|amqps?|tel|sip)$/i;
const STOPS = /[\s<>"«»“”„`{}|\\^]/u;
/** What ends a sentence rather than an address. */
const TRAILING = new Set(`.,;:!?'’)]*_`.split(''));
const DOMAIN_CHARACTER = /[\p{L}\p{N}\p{M}.-]/u;

/** Addresses of pages and services (RFC 3986), and bare names of domains. */
export const url: Recogniser = {
  name: 'url',
  entities: [{ name: 'URL' }, { name: 'DOMAIN_NAME', within: 'URL', personal: false }],
  find({ text }): Iterable<Finding> {
    const findings: Finding[] = [];
    findWithScheme(text, findings);
    findBare(text, findings);
    return findings;
  },
};

function findWithScheme(text: string, findings: Finding[]): void {
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const scheme = SCHEME.exec(text.slice(Math.max(0, at - 12), at))?.[0];
    if (scheme === undefined) continue;
    const end = endOf(text, at + 3);
    if (end - at < 6) continue;
    findings.push({ start: at - scheme.length, end, entity: 'URL', score: 0.95, evidence: ['pattern'] });
    at = end - 3;
  }
}

/** Names without a scheme: every full stop between two letters or digits is looked at once. */
function findBare(text: string, findings: Finding[]): void {
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    if (!isNamePart(text.charCodeAt(dot - 1)) || !isNamePart(text.charCodeAt(dot + 1))) continue;
    let start = dot;
    while (start > 0 && dot - start < DOMAIN_MOST && isDomainCharacter(text, start - 1)) start--;
    let end = dot + 1;
    while (end < text.length && end - start < DOMAIN_MOST && isDomainCharacter(text, end)) end++;
    dot = Math.max(dot, end - 1);
    while (end > start && /[.-]/.test(text[end - 1] ?? '')) end--;
    while (start < end && /[.-]/.test(text[start] ?? '')) start++;
    // A part of a mailbox, of a path or of an address with a scheme.
    if (/[@/\\:=_]/.test(text[start - 1] ?? '') || text[end] === '@') continue;
    const name = text.slice(start, end);
    const isWww = /^www\./i.test(name);
    if (!isWww && !isDomain(name)) continue;
    if (isWww && name.length < 8) continue;
    const whole = /^(?::\d{2,5})?[/?#]/.test(text.slice(end, end + 7)) ? endOf(text, end) : end;
    findings.push({
      start,
      end: whole,
      entity: isWww || whole > end ? 'URL' : 'DOMAIN_NAME',
      score: isWww ? 0.9 : whole > end ? 0.8 : 0.7,
      evidence: ['pattern'],
    });
    dot = Math.max(dot, whole - 1);
  }
}

/** Where an address ends that goes on from a position: closing marks of the sentence are not its own. */
function endOf(text: string, from: number): number {
  let end = from;
  while (end < text.length && end - from < LENGTH_MOST && !STOPS.test(text[end] ?? '')) end++;
  while (end > from && TRAILING.has(text[end - 1] ?? '')) {
    if (text[end - 1] === ')' && isOpened(text.slice(from, end - 1))) break;
    end--;
  }
  return end;
}

/** Whether a bracket is open at the end. */
const isOpened = (address: string): boolean => address.lastIndexOf('(') > address.lastIndexOf(')');

const isNamePart = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code > 191;

const isDomainCharacter = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code < 128 ? isNamePart(code) || code === 45 || code === 46 : DOMAIN_CHARACTER.test(text[at] ?? '');
};
