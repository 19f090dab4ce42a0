import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** The SPIFFE id in the client's verified certificate: exactly one, as the X.509-SVID standard demands. */
export function spiffeIdOf(request: IncomingMessage): string | undefined {
  if (!(request.socket instanceof TLSSocket)) return undefined;
  const names = request.socket.getPeerCertificate().subjectaltname?.split(', ') ?? [];
  const ids = names.filter((name) => name.startsWith('URI:')).map((name) => name.slice('URI:'.length));
  return ids.length === 1 ? ids[0] : undefined;
}
