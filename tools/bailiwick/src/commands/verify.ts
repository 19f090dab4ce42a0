import { readFile } from 'node:fs/promises';
import {
  VerifierKey,
  parseEvidence,
  verifyEvidence,
  type EvidenceTrust,
  type Statement,
} from '@bailiwick/tlog';
import { Command } from 'commander';
import { entrySentence } from '../evidence/entry-sentence.js';
import { judgeTimes } from '../evidence/judge-times.js';
import { readKnownLogs } from '../evidence/known-logs.js';
import { CliError, EXIT } from '../exit-code.js';
import { Signers } from '../trace/check-receipt.js';
import { jsonOption, limit } from './options.js';
import type { Terminal } from './terminal.js';

interface VerifyOptions {
  readonly keys?: string;
  readonly routers?: string;
  readonly witness?: readonly string[];
  readonly witnesses?: number;
  readonly json?: boolean;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new CliError(EXIT.usage, `${file} cannot be read`);
  });
}

function cosignerKey(vkey: string): string {
  const key = VerifierKey.parse(vkey);
  if (key.ok && key.value.type === 'cosignature') return vkey;
  throw new CliError(EXIT.usage, `${vkey} is not the key of a witness`);
}

async function trustOf({
  keys,
  routers,
  witness = [],
  witnesses,
}: VerifyOptions): Promise<EvidenceTrust | undefined> {
  if (keys === undefined) return undefined;
  const known = readKnownLogs(keys).flatMap(({ log, witness }) => [log.vkey, witness.vkey]);
  const signers = routers === undefined ? undefined : Signers.safeParse(JSON.parse(await readText(routers)));
  if (signers?.success === false) throw new CliError(EXIT.usage, `${routers} is not a trust bundle`);
  return {
    keys: [...known, ...witness.map(cosignerKey)],
    ...(signers && { routerKeys: Object.values(signers.data.signers).flat() }),
    ...(witnesses !== undefined && { quorum: witnesses }),
  };
}

function judge(
  text: string,
  trust: EvidenceTrust | undefined,
): { readonly statements: readonly Statement[]; readonly lines: readonly string[] } {
  const parsed = parseEvidence(text);
  const { statements } = verifyEvidence(text, trust);
  if (!parsed.ok) return { statements, lines: [] };
  const lines = parsed.value.entries.map(({ index, entry }) => `${index}  ${entrySentence(entry)}`);
  return { statements: [...statements, ...judgeTimes(parsed.value)], lines };
}

async function verify(files: readonly string[], options: VerifyOptions, terminal: Terminal): Promise<void> {
  const trust = await trustOf(options);
  const reports = await Promise.all(
    files.map(async (file) => ({ file, ...judge(await readText(file), trust) })),
  );
  const failures = reports.flatMap(({ statements }) => statements.filter(({ ok }) => !ok));
  if (options.json)
    terminal.print(
      JSON.stringify(
        reports.map(({ file, statements }) => ({ file, ok: statements.every(({ ok }) => ok), statements })),
        null,
        2,
      ),
    );
  else
    for (const { file, statements, lines } of reports) {
      const ok = statements.every((statement) => statement.ok);
      terminal.print(
        `${file}: ${ok ? terminal.paint('verified', 'good') : terminal.paint('NOT verified', 'bad')}`,
        ...statements.map(
          (statement) =>
            `  ${statement.ok ? terminal.paint('ok  ', 'good') : terminal.paint('FAIL', 'bad')} ${statement.sentence}`,
        ),
        ...(ok ? ['  What it proves, in the order of the log:', ...lines.map((line) => `    ${line}`)] : []),
      );
    }
  if (failures.length > 0) terminal.exit(EXIT.no);
}

/** `bailiwick verify`. */
export const verifyCommand = (terminal: Terminal): Command =>
  new Command('verify')
    .description('check evidence offline, statement by statement; exit code 1 when one fails')
    .argument('<files...>', 'as `bailiwick prove` writes them')
    .option('--keys <file>', 'keys of logs and witnesses that you trust: {region, url, log, witness} each')
    .option('--routers <file>', 'keys of routers that you trust: a trust bundle; needs --keys')
    .option('--witness <key...>', 'keys of witnesses that no cell runs and that you trust; needs --keys')
    .option('--witnesses <n>', 'cosignatures that you want at least; needs --keys', limit)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Without --keys the keys are those of the file itself: then it is shown that all fits together, not whose log it is.

Examples:
  bailiwick verify evidence.json
  bailiwick verify evidence.eu-central.json evidence.us-east.json --keys .bailiwick/config/logs.json --witnesses 1`,
    )
    .action((files: readonly string[], options: VerifyOptions) => verify(files, options, terminal));
