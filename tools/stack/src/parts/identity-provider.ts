import type { ProcessSpec } from '../managed-process.js';
import type { RegisteredClient } from '../identity-provider/client.js';
import { ownProgram } from '../stack-folder.js';
import { answersOk } from './http-ready.js';
import type { KeyMaterial } from './key-material.js';
import { nodeProcess } from './node-process.js';
import { writeConfig } from './write-config.js';

/** What the development identity provider needs to know. */
export interface IdentityProviderOptions {
  readonly port: number;
  readonly clients: readonly RegisteredClient[];
  readonly clientsFile: string;
  readonly keys: KeyMaterial;
  readonly logFile: string;
}

/** The development identity provider: real OAuth 2.0, clients from a file, nothing kept over a restart. */
export async function identityProviderProcess(options: IdentityProviderOptions): Promise<ProcessSpec> {
  const { port, clients, clientsFile, keys, logFile } = options;
  await writeConfig(clientsFile, clients);
  const signing = await keys.signing({ region: 'control', workload: 'identity-provider' });
  return nodeProcess({
    region: 'control',
    workload: 'identity-provider',
    script: ownProgram('identity-provider', 'main.js'),
    env: {
      BAILIWICK_HTTP_PORT: String(port),
      BAILIWICK_CLIENTS_FILE: clientsFile,
      BAILIWICK_SIGNING_KEY_FILE: signing.file,
    },
    logFile,
    ready: (signal) => answersOk(`http://127.0.0.1:${port}/.well-known/openid-configuration`, signal),
  });
}
