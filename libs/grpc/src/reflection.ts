import type { Server } from '@grpc/grpc-js';
import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { FILE_DESCRIPTORS } from '@bailiwick/contracts';

/**
 * The contracts as reflection reads them. proto-loader makes descriptors of its own that lose where imported types
 * and map entries come from, so those of the compiler are used; of a definition, reflection reads nothing else.
 */
const contracts = (): PackageDefinition => {
  const fileDescriptorProtos = FILE_DESCRIPTORS.map((text) => Buffer.from(text, 'base64'));
  return { contracts: { fileDescriptorProtos } as unknown as MessageTypeDefinition<object, object> };
};

/** Serves descriptions of the named services, so that grpcurl needs no proto files. `names` are full names. */
export const addReflection = (server: Server, names: readonly string[]): void =>
  new ReflectionService(contracts(), { services: [...names] }).addToServer(server);
