import { createHash } from 'node:crypto';
import { headerOf, type WebhookDelivery } from '../crm-webhook-delivery.js';
import { checkFresh, checkGenuine, hmac, madeByOne, same, unsigned } from '../crm-webhook-signature.js';

/** Versions of HubSpot's signature, best first. Only v3 is an HMAC and covers a time. */
export const SIGNATURE_VERSIONS = ['v3', 'v2', 'v1'] as const;
export type SignatureVersion = (typeof SIGNATURE_VERSIONS)[number];

/** What of a URI is decoded before it is signed, and nothing else. */
const DECODED: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/** The URI as a v3 signature covers it. */
export const signedUri = (url: string): string =>
  url.replace(/%[0-9a-f]{2}/gi, (encoded) => DECODED[encoded.toUpperCase()] ?? encoded);

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** What HubSpot puts into its signature header for a request: hexadecimal in v1 and v2, base64 in v3. */
export function hubSpotSignature(
  version: SignatureVersion,
  secret: string,
  { method, url, body }: Pick<WebhookDelivery, 'method' | 'url' | 'body'>,
  timestamp = '',
): string {
  switch (version) {
    case 'v1':
      return sha256(secret, body);
    case 'v2':
      return sha256(secret, method, url, body);
    case 'v3':
      return hmac(secret, method, signedUri(url), body, timestamp).toString('base64');
  }
}

interface Given {
  readonly version: SignatureVersion;
  readonly signature: string;
  /** Milliseconds since the epoch; v3 only. */
  readonly timestamp?: string;
}

/** The best signature that a request carries of those that are accepted. A worse one is no way round it. */
function givenOf(delivery: WebhookDelivery, accepted: readonly SignatureVersion[]): Given {
  const third = headerOf(delivery, 'x-hubspot-signature-v3');
  const timestamp = headerOf(delivery, 'x-hubspot-request-timestamp');
  if (third !== undefined && accepted.includes('v3')) {
    if (timestamp === undefined || !/^\d{1,15}$/.test(timestamp))
      throw unsigned('send X-HubSpot-Request-Timestamp (milliseconds) beside the v3 signature');
    return { version: 'v3', signature: third, timestamp };
  }
  const signature = headerOf(delivery, 'x-hubspot-signature');
  const named = headerOf(delivery, 'x-hubspot-signature-version') ?? 'v1';
  const version = accepted.find((each) => each === named);
  if (signature === undefined || version === undefined || version === 'v3')
    throw unsigned(`the delivery carries no HubSpot signature of version ${accepted.join(' or ')}`);
  return { version, signature: signature.toLowerCase() };
}

/**
 * Verifies a request of HubSpot by the best signature that it carries.
 * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
export function verifyHubSpot(
  delivery: WebhookDelivery,
  accepted: readonly SignatureVersion[],
  secrets: readonly string[],
  now: number,
): void {
  const { version, signature, timestamp } = givenOf(delivery, accepted);
  checkGenuine(
    madeByOne(secrets, (secret) => same(signature, hubSpotSignature(version, secret, delivery, timestamp))),
  );
  if (timestamp !== undefined) checkFresh(Number(timestamp), now);
}
