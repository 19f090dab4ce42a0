import {
  LineageServiceClient,
  spiffeId,
  type EventSummary,
  type GetRecordResponse,
  type ListEventsResponse,
  type TrustBundle,
} from '@bailiwick/contracts';
import { answerOf, createClient, type ClientTls } from '@bailiwick/grpc';
import { signedClaims, type ReceiptClaims } from '@bailiwick/receipt';
import type { DeployedCell } from '../seed/deployed-cell.js';

/** Records that are asked for at the same time. */
const AT_A_TIME = 16;

/**
 * Reads past decisions from the lineage of cells: the signed receipts, which hold labels and nothing of what records say.
 * One that no router of that cell signed does not count.
 */
export class PastDecisions {
  constructor(
    private readonly cells: readonly DeployedCell[],
    private readonly trust: TrustBundle,
    private readonly tls: ClientTls,
  ) {}

  /**
   * The last decisions of a cell, of one tenant or of all, newest first. None where the cell's lineage is not reached by
   * this deployment; throws `peer-unavailable` where it is and does not answer.
   */
  async last(region: string, tenant: string | null, limit: number): Promise<readonly ReceiptClaims[]> {
    const address = this.cells.find((cell) => cell.region === region)?.lineageGrpc;
    if (address === undefined) return [];
    const keys = this.trust.signers[spiffeId({ region, workload: 'residency-router' })] ?? [];
    const client = createClient(LineageServiceClient, address, this.tls);
    try {
      const { events } = await answerOf<ListEventsResponse>((done) =>
        client.listEvents({ tenant: tenant ?? '', outcome: '', limit, after: '' }, done),
      );
      const found: ReceiptClaims[] = [];
      for (let next = 0; next < events.length; next += AT_A_TIME) {
        const some = events.slice(next, next + AT_A_TIME);
        const claims = await Promise.all(some.map((event) => decisionOf(client, event)));
        for (const receipt of claims) {
          const stated = receipt === undefined ? undefined : signedClaims(receipt, keys);
          if (stated?.from.region === region) found.push(stated);
        }
      }
      return found;
    } finally {
      client.close();
    }
  }
}

/** Receipt of the last decision on an event. */
async function decisionOf(
  client: LineageServiceClient,
  { eventId }: EventSummary,
): Promise<string | undefined> {
  const { facts } = await answerOf<GetRecordResponse>((done) => client.getRecord({ eventId }, done));
  return facts.findLast(({ decision }) => decision && decision.receipt !== '')?.decision?.receipt;
}
