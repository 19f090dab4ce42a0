import { type ServiceError, makeGenericClientConstructor } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { answerOf, createClient } from './client.js';
import type { ClientTls } from './tls-identity.js';

/** What a server says of itself or of one of its services. */
export type ServingStatus = 'UNKNOWN' | 'SERVING' | 'NOT_SERVING';

type Check = (
  request: { readonly service: string },
  done: (failure: ServiceError | null, response: { readonly status: ServingStatus }) => void,
) => unknown;

const HealthClient = makeGenericClientConstructor(service, 'Health');

/**
 * Asks `grpc.health.v1.Health/Check` once. `name` is the full name of a service, empty for the server as a whole.
 * Rejects as `answerOf` does when there is no answer or the name is not known.
 */
export async function askHealth(address: string, tls: ClientTls, name = ''): Promise<ServingStatus> {
  const client = createClient(HealthClient, address, tls);
  const check = client['Check']?.bind(client) as unknown as Check;
  try {
    const answer = await answerOf<{ readonly status: ServingStatus }>((done) =>
      check({ service: name }, done),
    );
    return answer.status;
  } finally {
    client.close();
  }
}
