import { readFile } from 'node:fs/promises';
import { Agent } from 'undici';
import type { CertificateFiles } from './certificate-authority.js';

/** HTTP client of an identity: shows its certificate and trusts the stack's authority only. Close it after use. */
export async function clientDispatcher(files: CertificateFiles): Promise<Agent> {
  const [cert, key, ca] = await Promise.all([
    readFile(files.certificate),
    readFile(files.key),
    readFile(files.authority),
  ]);
  return new Agent({ connect: { cert, key, ca } });
}
