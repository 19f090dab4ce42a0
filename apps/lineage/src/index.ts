// What the benchmark of the log measures; services are started by `main.ts`.
export { LineageConfig } from './config.js';
export { LogFolder } from './log/log-folder.js';
export { LogLedger } from './log/log-ledger.js';
export { LogPublisher } from './log/log-publisher.js';
export { FactLedger } from './record/fact-ledger.js';
export { MIGRATIONS } from './schema.js';
