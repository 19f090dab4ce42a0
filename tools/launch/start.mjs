// npm start: installs, generates, compiles, then runs the local stack.
import { bin, build, install, requirePrograms, root, run } from './bootstrap.mjs';

const args = process.argv.slice(2);
if (!args.includes('--help')) requirePrograms({ docker: args.includes('--docker') });
await install();
await build();
process.exitCode = await run(bin('node'), [
  '--enable-source-maps',
  `${root}/tools/stack/dist/main.js`,
  ...args,
]);
