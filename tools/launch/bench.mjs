// npm run bench -- <name> [--json]: installs, generates, compiles, then measures.
import { bin, build, install, requirePrograms, root, run } from './bootstrap.mjs';

requirePrograms();
await install();
await build();
process.exitCode = await run(bin('node'), [`${root}/tools/bench/dist/main.js`, ...process.argv.slice(2)]);
