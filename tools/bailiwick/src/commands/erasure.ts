import { readFile, writeFile } from 'node:fs/promises';
import { TrustBundle, verifyErasureCertificate, type ErasureCertificate } from '@bailiwick/contracts';
import { Command } from 'commander';
import { findErasure, listErasures, type Erasure, type ErasureQuery } from '../erasure/erasures-api.js';
import { renderCertificate } from '../erasure/render-certificate.js';
import { CliError, EXIT } from '../exit-code.js';
import { table, timeOf } from '../print/table.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { jsonOption, limit } from './options.js';
import { reportFailures, type Terminal } from './terminal.js';

interface JsonOption {
  readonly json?: boolean;
}

async function list({ json, ...query }: ErasureQuery & JsonOption, terminal: Terminal): Promise<void> {
  const { answers, failures } = await listErasures(cellsOf(findStack()), query);
  const all = answers.flat().toSorted((a, b) => (a.at < b.at ? 1 : -1));
  if (json) terminal.print(JSON.stringify(all, null, 2));
  else if (all.length === 0) terminal.print('nothing was erased');
  else
    terminal.print(
      ...table(
        ['AT (UTC)', 'ERASURE', 'TENANT', 'DATA SUBJECT', 'KEYS', 'PSEUDONYMS', 'WHY'],
        all.map(({ at, eventId, tenant, subject, keys, pseudonyms, reason }) => [
          timeOf(at),
          eventId,
          tenant,
          subject ?? 'everybody',
          String(keys),
          String(pseudonyms),
          reason,
        ]),
        terminal.paint,
      ),
    );
  reportFailures(terminal, failures);
}

async function found(eventId: string): Promise<Erasure> {
  const erasure = await findErasure(cellsOf(findStack()), eventId);
  if (!erasure) throw new CliError(EXIT.no, `nothing was erased under the id ${eventId}`);
  return erasure;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new CliError(EXIT.usage, `${file} cannot be read`);
  });
}

/** Checks a certificate by the keys of a trust bundle; that of the stack when none is named. */
async function checked(certificate: string, keys: string): Promise<ErasureCertificate> {
  const bundle = TrustBundle.safeParse(JSON.parse(await readText(keys)));
  if (!bundle.success) throw new CliError(EXIT.usage, `${keys} is not a trust bundle`);
  const trusted = bundle.data.erasers;
  const stated = await verifyErasureCertificate(certificate.trim(), Object.values(trusted).flat());
  // Whoever signs for another cell is no witness of what was done there.
  const own = stated && (await verifyErasureCertificate(certificate.trim(), trusted[stated.iss] ?? []));
  if (!own)
    throw new CliError(EXIT.no, 'NOT verified: no service that erases, and that you trust, signed this');
  return own;
}

async function show(eventId: string, { json }: JsonOption, { print, paint }: Terminal): Promise<void> {
  const { certificate } = await found(eventId);
  const stated = await checked(certificate, findStack().trustFile);
  print(...(json ? [JSON.stringify(stated, null, 2)] : renderCertificate(stated, paint)));
}

async function certify(
  eventId: string,
  { out }: { readonly out?: string },
  { print }: Terminal,
): Promise<void> {
  const { certificate } = await found(eventId);
  if (out === undefined) return print(certificate);
  await writeFile(out, `${certificate}\n`);
  print(`${out}: the certificate of ${eventId}`);
}

async function verify(
  file: string,
  { keys, json }: JsonOption & { readonly keys?: string },
  { print, paint }: Terminal,
): Promise<void> {
  const stated = await checked(await readText(file), keys ?? findStack().trustFile);
  if (json) return print(JSON.stringify(stated, null, 2));
  print(`${file}: ${paint('verified', 'good')}`, ...renderCertificate(stated, paint));
}

/** `bailiwick erasure`. */
export const erasureCommand = (terminal: Terminal): Command =>
  new Command('erasure')
    .description('what was erased, how far, and the certificate of it')
    .addCommand(
      new Command('list')
        .description('list erasures, newest first')
        .option('--tenant <tenant>', 'only of this tenant')
        .option('--subject <pseudonym>', 'only of this data subject')
        .option('--limit <n>', 'at most so many', limit, 20)
        .addOption(jsonOption())
        .action((options: ErasureQuery & JsonOption) => list(options, terminal)),
    )
    .addCommand(
      new Command('show')
        .description('print what one erasure covered, once its certificate is verified')
        .argument('<erasure>', 'its id, evt_…')
        .addOption(jsonOption())
        .action((eventId: string, options: JsonOption) => show(eventId, options, terminal)),
    )
    .addCommand(
      new Command('certificate')
        .description('print the certificate itself, or write it to a file')
        .argument('<erasure>', 'its id, evt_…')
        .option('--out <file>', 'where to write')
        .action((eventId: string, options: { readonly out?: string }) => certify(eventId, options, terminal)),
    )
    .addCommand(
      new Command('verify')
        .description('check a certificate offline; exit code 1 when nobody that you trust signed it')
        .argument('<file>', 'as `bailiwick erasure certificate` writes it')
        .option('--keys <file>', 'a trust bundle; that of the running stack when absent')
        .addOption(jsonOption())
        .action((file: string, options: JsonOption & { readonly keys?: string }) =>
          verify(file, options, terminal),
        ),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick erasure list --tenant atlas
  bailiwick erasure certificate evt_abcdefghijklmnopqrstuvwx23 --out erased.jws
  bailiwick erasure verify erased.jws --keys trust.json
  bailiwick prove evt_abcdefghijklmnopqrstuvwx23    # that it is in the log`,
    );
