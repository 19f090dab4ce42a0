import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

/** The contracts as they are written; they lie beside `libs` in a checkout and in a release. */
const PROTO_ROOT = fileURLToPath(new URL('../../../proto/', import.meta.url));

/** Serves descriptions of the named services, so that grpcurl needs no proto files. `names` are full names. */
export function addReflection(server: Server, names: readonly string[]): void {
  const files = readdirSync(PROTO_ROOT, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.proto'),
  );
  const contracts = loadSync(files, { includeDirs: [PROTO_ROOT] });
  new ReflectionService(contracts, { services: [...names] }).addToServer(server);
}
