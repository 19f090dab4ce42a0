import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Lets the process reach an issuer whose certificate is of the cell's own authority, beside those of public ones.
 * Connections to Kafka and Postgres name their authority themselves and are not touched by this.
 */
export function trustAuthority(authority: string): void {
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}
