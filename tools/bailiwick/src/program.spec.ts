import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Terminal } from './commands/terminal.js';
import { CliError } from './exit-code.js';
import { noPaint } from './print/style.js';
import { program, withInner } from './program.js';
import { EVENT_ID, sampleEvent, sampleHistory, sampleStack } from './sample.test-kit.js';

let folder: string;
let server: Server;
/** Answers by path; what is not here is a 404 problem. */
const answers = new Map<string, unknown>();
const asked: string[] = [];
/** Credential of the last request. */
let shown: string | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    shown = request.headers.authorization;
    const body = answers.get((request.url ?? '').split('?')[0] ?? '');
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { code: 'record-unknown', detail: 'unknown', status: 404 }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const http = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const stack = sampleStack();
  const { 'eu-central': eu, 'us-east': us } = stack.cells;
  writeFileSync(join(folder, 'trust.json'), JSON.stringify({ signers: {}, cells: {} }));
  writeFileSync(
    join(folder, 'stack.json'),
    JSON.stringify({
      ...stack,
      trustFile: join(folder, 'trust.json'),
      cells: { 'eu-central': { ...eu, lineage: { ...eu?.lineage, api: http } }, 'us-east': us },
    }),
  );
  vi.stubEnv('BAILIWICK_STACK_FILE', join(folder, 'stack.json'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line and collects what it prints, and how it ends. */
async function run(...argv: readonly string[]): Promise<{ out: string; err: string; code: number }> {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const terminal: Terminal = {
    paint: noPaint,
    print: (...lines) => void out.push(...lines),
    warn: (line) => void err.push(line),
    exit: (exitCode) => void (code = exitCode),
  };
  const root = program(terminal);
  for (const command of withInner(root))
    command.configureOutput({
      writeOut: (text) => void out.push(text),
      writeErr: (text) => void err.push(text),
    });
  try {
    await root.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CliError) {
      err.push(error.message);
      code = error.exitCode;
    } else if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2;
    else throw error;
  }
  return { out: out.join('\n'), err: err.join('\n'), code };
}

describe('events', () => {
  test('are printed as an aligned table; a cell that is down is said and changes the exit code', async () => {
    answers.set('/v1/events', { events: [sampleEvent()] });
    const { out, err, code } = await run('events');
    expect(out.split('\n')).toEqual([
      'RECEIVED (UTC)           EVENT                           TENANT  PURPOSE      OUTCOME   WHERE OR WHY',
      `2026-11-01 10:00:00.000  ${EVENT_ID}  atlas   case-triage  answered  in eu by eu-shared`,
    ]);
    expect(err).toBe('lineage of us-east does not answer (http://127.0.0.1:1)');
    expect(code).toBe(4);
  });

  test('are filtered where they are kept', async () => {
    await run(
      'events',
      '--tenant',
      'atlas',
      '--outcome',
      'answered',
      '--limit',
      '5',
      '--region',
      'eu-central',
    );
    expect(asked.at(-1)).toBe('/v1/events?tenant=atlas&outcome=answered&limit=5');
  });

  test('--json prints one array', async () => {
    const { out, code } = await run('events', '--json', '--region', 'eu-central');
    expect(JSON.parse(out)).toEqual([sampleEvent()]);
    expect(code).toBe(0);
  });

  test('no events is a sentence, not an empty table', async () => {
    answers.set('/v1/events', { events: [] });
    expect(await run('events', '--region', 'eu-central')).toEqual({
      out: 'no such events',
      err: '',
      code: 0,
    });
  });
});

describe('trace', () => {
  test('prints the way of a record', async () => {
    answers.set(`/v1/records/${EVENT_ID}`, sampleHistory());
    expect((await run('trace', EVENT_ID)).out).toContain('answered by triage-small');
  });

  test('asks with the access token in BAILIWICK_TOKEN, and with none without it', async () => {
    await run('trace', EVENT_ID);
    expect(shown).toBeUndefined();
    vi.stubEnv('BAILIWICK_TOKEN', 'a.b.c');
    await run('trace', EVENT_ID);
    expect(shown).toBe('Bearer a.b.c');
    vi.stubEnv('BAILIWICK_TOKEN', undefined);
  });

  test('--fields prints it field by field', async () => {
    answers.set(`/v1/records/${EVENT_ID}/fields`, {
      ...sampleEvent(),
      classifiedIn: null,
      purposeVersion: null,
      catalogVersion: null,
      decision: null,
      fields: [],
      answer: null,
      writtenBack: null,
      notTold: ['The fields are known to its home cell.'],
    });
    expect((await run('trace', EVENT_ID, '--fields')).out).toContain(
      'The fields are known to its home cell.',
    );
  });

  test('an event that no cell knows ends with exit code 1', async () => {
    answers.clear();
    expect(await run('trace', EVENT_ID)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no cell knows'),
    });
  });

  test('what is not an event id is a usage error', async () => {
    expect(await run('trace', '42')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not an event id'),
    });
  });
});

describe('transfers', () => {
  const transfer = {
    eventId: EVENT_ID,
    at: '2026-11-01T10:00:00.000Z',
    direction: 'out',
    fromJurisdiction: 'eu',
    toJurisdiction: 'us',
    pool: 'us-shared',
    basis: 'scc',
    profileVersion: 4,
    purpose: 'case-digest',
    object: 'Case',
    subject: 's1',
    fields: ['Subject', 'Product__c'],
    receipt: 'a.b.c',
  };

  test('are printed with basis and fields, of one tenant and period', async () => {
    answers.set('/v1/transfers', { transfers: [transfer] });
    const argv = ['--tenant', 'atlas', '--from', '2026-11-01', '--region', 'eu-central'];
    expect((await run('transfers', ...argv)).out.split('\n')).toEqual([
      'AT (UTC)                 WAY  FROM -> TO  BASIS  POOL       UNDER      FIELDS               EVENT',
      `2026-11-01 10:00:00.000  out  eu -> us    scc    us-shared  profile 4  Subject, Product__c  ${EVENT_ID}`,
    ]);
    expect(asked.at(-1)).toBe('/v1/transfers?tenant=atlas&from=2026-11-01T00%3A00%3A00.000Z&limit=20');
  });

  test('are summed up by jurisdiction and basis', async () => {
    const total = { ...transfer, transfers: 3, subjects: 2, first: transfer.at, last: transfer.at };
    answers.set('/v1/transfers/totals', { totals: [total] });
    const { out } = await run('transfers', '--tenant', 'atlas', '--totals', '--region', 'eu-central');
    expect(out).toMatch(/^out {2}eu -> us {4}scc {4}3 {10}2 {9}Subject, Product__c/m);
  });

  test('nothing that crossed is a sentence', async () => {
    answers.set('/v1/transfers', { transfers: [] });
    const { out } = await run('transfers', '--tenant', 'nordlicht', '--region', 'eu-central');
    expect(out).toBe('nothing of nordlicht crossed a border');
  });
});

describe('a wrong command line says what is wrong, with exit code 2', () => {
  test.each([
    [['evnts'], 'Did you mean events?'],
    [['events', '--outcme', 'held'], 'Did you mean --outcome?'],
    [['events', '--outcome', 'lost'], 'Allowed choices are in-flight, held, denied, dead-lettered, answered'],
    [['transfers', '--tenant', 'atlas', '--from', 'monday'], 'a day or time is expected'],
    [['held', 'release', 'evt_1', '--by', 'Lena Vogt'], 'a name of letters, digits'],
    [['held', 'release', 'evt_1', '--reference', 'she asked for it'], 'a reference of letters, digits'],
    [['held', 'release'], 'name the events, or say --all'],
    [['held', 'relase'], 'Did you mean release?'],
    [['events', '--limit', '0'], 'a whole number from 1 to 1000 is expected'],
    [['events', '--region', 'eu-west'], 'there are eu-central, us-east'],
    [['trace'], "missing required argument 'event id'"],
    [['send', '--tenant', 'atlas'], "required option '--purpose <purpose>' not specified"],
    [
      ['send', '--tenant', 'nobody', '--purpose', 'p', '--file', 'x'],
      'no client of tenant nobody; there are atlas',
    ],
    [['apply', '-f', 'x.yaml'], "required option '--as <person>' not specified"],
    [['apply', '-f', 'nowhere.yaml', '--as', 'clara'], 'nowhere.yaml cannot be read'],
    [['change', 'list', '--as', 'nobody'], 'the stack has no person nobody; there are '],
    [
      ['change', 'approve', 'chg_x', '--as', 'anna', '--role', 'author'],
      'Allowed choices are security, compliance',
    ],
    [['profile', 'acknowledge', '--tenant', 'atlas', '--as', 'marek'], "required option '--digest <sha256>'"],
    [
      ['credential', 'revoke', '--reason', 'r', '--as', 'anna'],
      'name a lease, or --tenant and --connection, or --client',
    ],
    [['token', '--tenant', 'atlas'], 'one of --purpose and --lineage'],
    [['consume', 'records'], 'Allowed choices are outcomes'],
    [['detect', '--entities', 'PERSON,PERSONN'], 'no recogniser finds PERSONN; there are '],
    [['detect', '--min-score', '1.2'], 'a number from 0 to 1 is expected'],
    [['detect', '--countries', 'Germany'], 'codes of ISO 3166-1, apart by commas, are expected'],
  ])('%j', async (argv, message) => {
    expect(await run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  test('a record file with something missing is named by the member', async () => {
    const file = join(folder, 'record.json');
    writeFileSync(file, JSON.stringify({ object: 'Case', fields: {} }));
    const { code, err } = await run('send', '--tenant', 'atlas', '--purpose', 'case-triage', '--file', file);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(`${file}: recordId:`) });
  });
});

test.each([
  'events',
  'trace',
  'violations',
  'transfers',
  'held',
  'deadletter',
  'send',
  'consume',
  'apply',
  'change',
  'profile',
  'credential',
  'detect',
  'classify',
])('%s --help has an example', async (command) => {
  const { out, code } = await run(command, '--help');
  expect(out).toContain(`  bailiwick ${command} `.trimEnd());
  expect(code).toBe(0);
});
