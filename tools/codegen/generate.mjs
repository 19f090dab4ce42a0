// Generates TypeScript from proto/: of the mesh's own files into libs/contracts/src/gen, of a CRM's into its folder in libs/crm,
// and of ingest's into the client for producers.
// Runs on the machine's own Node (20 or newer).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const protoRoot = join(root, 'proto');
const out = join(root, 'libs/contracts/src/gen');
/** What buf is to read, and where the code made of it goes. A client knows of the mesh nothing but the interface that it speaks. */
const outputs = {
  'proto --path proto/bailiwick': out,
  'proto/salesforce': join(root, 'libs/crm/src/salesforce/gen'),
  'proto --path proto/bailiwick/ingest': join(root, 'clients/typescript/src/gen'),
};
const stamp = join(out, '.inputs');

const protos = readdirSync(protoRoot, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.proto'))
  .sort();
const hash = createHash('sha256').update(readFileSync(new URL(import.meta.url)));
for (const file of protos) hash.update(file).update(readFileSync(join(protoRoot, file)));
const inputs = hash.digest('hex');

const isThere = Object.values(outputs).every((folder) => existsSync(folder));
if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) {
  console.log('codegen: up to date');
  process.exit(0);
}
const options = [
  'env=node',
  'esModuleInterop=true',
  'importSuffix=.js',
  'outputServices=grpc-js',
  'forceLong=bigint',
  'useDate=true',
  'oneof=unions-value',
  'unrecognizedEnum=false',
  'exportCommonSymbols=false',
  'useExactTypes=false',
  'outputPartialMethods=true',
  'outputJsonMethods=false',
];
for (const [input, target] of Object.entries(outputs)) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const plugin = { local: join(root, 'node_modules/.bin/protoc-gen-ts_proto'), out: target, opt: options };
  execFileSync(
    join(root, 'node_modules/.bin/buf'),
    ['generate', ...input.split(' '), '--template', JSON.stringify({ version: 'v2', plugins: [plugin] })],
    { cwd: root, stdio: 'inherit' },
  );
}
// Descriptors of all files, imports included, so that gRPC servers can describe themselves (server reflection).
const descriptorSet = execFileSync(
  join(root, 'node_modules/.bin/buf'),
  ['build', 'proto', '--exclude-source-info', '--output', '-#format=binpb'],
  { cwd: root, maxBuffer: 64 * 1024 * 1024 },
);
const descriptors = [];
for (let at = 0; at < descriptorSet.length;) {
  at += 1; // The tag: a FileDescriptorSet is nothing but `repeated FileDescriptorProto file = 1`.
  let length = 0;
  for (let shift = 0, more = true; more; shift += 7) {
    const byte = descriptorSet[at++];
    length |= (byte & 127) << shift;
    more = byte > 127;
  }
  descriptors.push(descriptorSet.subarray(at, at + length).toString('base64'));
  at += length;
}
writeFileSync(
  join(out, 'file-descriptors.ts'),
  `/** Every FileDescriptorProto of the contracts, in base64, each after what it imports. */
export const FILE_DESCRIPTORS: readonly string[] = ${JSON.stringify(descriptors, null, 2)};
`,
);
writeFileSync(stamp, inputs);
console.log(`codegen: ${protos.length} proto files generated`);
