import type { ResidencyProfile } from '@bailiwick/domain';

/**
 * Hosts of the Pub/Sub API by the jurisdiction in which they process events; the global one processes them wherever the request comes in.
 * https://developer.salesforce.com/docs/platform/pub-sub-api/guide/pub-sub-endpoints.html
 */
const REGIONAL: Readonly<Record<string, string>> = { eu: 'api.deu.pubsub.salesforce.com' };
const GLOBAL = 'api.pubsub.salesforce.com';

/** An endpoint as a connection names it. */
export interface PubSubEndpoint {
  /** `host:port`. */
  readonly address: string;
  /** Jurisdiction in which a host that is not Salesforce's own stands, for example a private gateway. */
  readonly jurisdiction?: string | undefined;
  /** Document that permits the endpoint although it is not of the tenant's jurisdiction; the profile must name it too. */
  readonly exception?: string | undefined;
}

/**
 * Why a tenant's events may not pass through an endpoint, or null. A tenant whose jurisdiction has an endpoint of its own is not read
 * through the global one, nor through that of another jurisdiction, unless its acknowledged profile names the document that permits it:
 * for data of any sensitivity, since nothing is minimised on that way.
 */
export function endpointRefusal(
  { address, jurisdiction, exception }: PubSubEndpoint,
  { homeJurisdiction, permitted }: Pick<ResidencyProfile, 'homeJurisdiction' | 'permitted'>,
): string | null {
  const host = address.replace(/:\d+$/, '').toLowerCase();
  const place =
    Object.entries(REGIONAL).find(([, regional]) => regional === host)?.[0] ??
    (host === GLOBAL ? null : jurisdiction);
  if (place === homeJurisdiction) return null;
  if (place === null && !Object.hasOwn(REGIONAL, homeJurisdiction)) return null;
  const documented = permitted.some(
    ({ transferBasis, documentReference, highestSensitivity }) =>
      documentReference === exception && transferBasis !== 'none' && highestSensitivity === 'MissionCritical',
  );
  if (documented) return null;
  if (place === undefined) return 'the endpoint is in no jurisdiction that is known';
  return place === null
    ? `the global endpoint is not for a tenant of ${homeJurisdiction}, which has an endpoint of its own`
    : `the endpoint is in ${place}, the tenant is of ${homeJurisdiction}`;
}
