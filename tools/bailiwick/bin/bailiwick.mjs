#!/usr/bin/env node
// Plain JavaScript that Node 20 runs: it hands over to the Node of this checkout, which the rest is built for.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(home, '..', '..', 'node_modules', '.bin', 'node');
const program = join(home, 'dist', 'main.js');

if (!existsSync(node) || !existsSync(program)) {
  console.error('bailiwick: the project is not built; run npm start, or npm install && npm run build');
  process.exit(3);
}
// kafkajs 2.2.4 sets timers in the past, which Node 26 complains about.
const flags = ['--disable-warning=TimeoutNegativeWarning'];
const child = spawn(node, [...flags, program, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
