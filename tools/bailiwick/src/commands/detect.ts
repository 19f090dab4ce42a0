import { Command, InvalidArgumentError, Option } from 'commander';
import type { DetectorSettings } from '@bailiwick/detect';
import { CliError, EXIT } from '../exit-code.js';
import type { Terminal } from './terminal.js';

interface DetectOptions {
  readonly entities?: readonly string[];
  readonly languages?: readonly string[];
  readonly countries?: readonly string[];
  readonly minScore?: number;
  readonly level: 'standard' | 'thorough';
}

/** Reads names apart by commas. */
const list =
  (pattern: RegExp, what: string) =>
  (text: string): readonly string[] => {
    const names = text.split(',').map((name) => name.trim());
    if (names.every((name) => pattern.test(name))) return names;
    throw new InvalidArgumentError(`${what}, apart by commas, are expected.`);
  };

function score(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('a number from 0 to 1 is expected.');
}

async function detect(options: DetectOptions, { warn, exit }: Terminal): Promise<void> {
  // Its dictionaries are loaded only where they are used: the other commands start faster without them.
  const { ENTITIES, UnknownEntity, createDetector } = await import('@bailiwick/detect');
  const { detectLines } = await import('../detect/detect-lines.js');
  const settings: DetectorSettings = options;
  let detector;
  try {
    detector = createDetector(settings);
  } catch (thrown) {
    if (!(thrown instanceof UnknownEntity)) throw thrown;
    const known = [...ENTITIES.keys()].toSorted().join(', ');
    throw new CliError(EXIT.usage, `no recogniser finds ${thrown.entity}; there are ${known}`);
  }
  const errors = (line: string): void => void process.stderr.write(`${line}\n`);
  const wrong = await detectLines(process.stdin, process.stdout, errors, detector);
  if (wrong === 0) return;
  warn(`${wrong} ${wrong === 1 ? 'line was' : 'lines were'} not read`);
  exit(EXIT.no);
}

/** `bailiwick detect`. */
export const detectCommand = (terminal: Terminal): Command =>
  new Command('detect')
    .description('find personal data in texts: JSON lines {id, text} in, {id, spans} out; needs no stack')
    .option('--entities <names>', 'only these entities', list(/^[A-Za-z0-9_]+$/, 'names of entities'))
    .option(
      '--languages <codes>',
      'words of these languages only (en,de,…)',
      list(/^[a-z]{2}$/, 'codes of ISO 639-1'),
    )
    .option(
      '--countries <codes>',
      "these countries' numbers only (DE,US,…)",
      list(/^[A-Z]{2}$/, 'codes of ISO 3166-1'),
    )
    .option('--min-score <score>', "least score instead of each entity's own", score)
    .addOption(
      new Option('--level <level>', 'thorough takes twice the time, and finds towns, firms and more names')
        .choices(['standard', 'thorough'])
        .default('standard'),
    )
    .addHelpText(
      'after',
      `
Positions count UTF-16 code units. A wrong line gives {line, error} on standard error, and exit code 1 at the end.

Examples:
  echo '{"id":1,"text":"Call Lena Vogt, +49 30 90182013"}' | npx bailiwick detect
  bailiwick detect --entities PERSON,LOCATION --level thorough < notes.jsonl > spans.jsonl
  bailiwick detect --countries DE,FR --min-score 0.7 < fields.jsonl`,
    )
    .action((options: DetectOptions) => detect(options, terminal));
