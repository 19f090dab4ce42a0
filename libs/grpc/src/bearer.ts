import { Metadata } from '@grpc/grpc-js';

/** Call metadata that carries an access token, as a producer sends it. */
export function bearer(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}
