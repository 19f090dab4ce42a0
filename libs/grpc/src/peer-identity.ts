import type { ServerUnaryCall } from '@grpc/grpc-js';

/** What of a server call tells who the caller is. */
export type AuthenticatedCall = Pick<ServerUnaryCall<unknown, unknown>, 'getAuthContext'>;

const SPIFFE_URI = /^URI:(spiffe:\/\/[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)+)$/;

/**
 * The SPIFFE id in a certificate's subject alternative names, as Node prints them; null unless there is exactly one.
 * Node quotes a name that holds a separator (CVE-2021-44532), so a quoted list names nobody: ours never need quotes.
 */
export function spiffeIdOf(subjectAltName: string | undefined): string | null {
  if (!subjectAltName || subjectAltName.includes('"')) return null;
  const ids = subjectAltName.split(', ').flatMap((name) => SPIFFE_URI.exec(name)?.[1] ?? []);
  return ids.length === 1 ? (ids[0] ?? null) : null;
}

/** SPIFFE id of the verified client certificate of a call; null when none was asked for or it names nobody. */
export const peerIdentity = (call: AuthenticatedCall): string | null =>
  spiffeIdOf(call.getAuthContext().sslPeerCertificate?.subjectaltname);
