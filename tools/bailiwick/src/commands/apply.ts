import { Command, InvalidArgumentError } from 'commander';
import { Change, renderChange } from '../control/change.js';
import { ControlApi } from '../control/control-api.js';
import { changedThings } from '../control/in-force.js';
import { readThings } from '../control/thing-file.js';
import { findStack } from '../stack/stack-file.js';
import { asOption } from './options.js';
import type { Terminal } from './terminal.js';

interface ApplyOptions {
  readonly file: string;
  readonly as: string;
  readonly title?: string;
  readonly emergency?: string;
  readonly minutes: number;
}

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 240) return value;
  throw new InvalidArgumentError('a whole number from 1 to 240 is expected.');
}

async function apply(options: ApplyOptions, { print, paint }: Terminal): Promise<void> {
  const { file, as, emergency } = options;
  const things = readThings(file);
  const api = await ControlApi.as(findStack(), as);
  const changed = await changedThings(api, things);
  if (changed.size === 0) print('nothing differs from what is in force');
  for (const [tenant, news] of changed) {
    const body = {
      tenant,
      title:
        options.title ?? `As in ${[...new Set(news.map((thing) => thing.file))].join(', ')}`.slice(0, 200),
      things: news.map(({ kind, id, terms }) => ({ kind, id, terms })),
      ...(emergency !== undefined && { emergency: { reason: emergency, minutes: options.minutes } }),
    };
    const answer = await api.ask('POST', '/v1/changes', { body });
    print(...renderChange(Change.parse(answer.body), paint), '');
  }
}

/** `bailiwick apply`. */
export const applyCommand = (terminal: Terminal): Command =>
  new Command('apply')
    .description(
      'propose what files say, where it differs from what is in force: one change request a tenant',
    )
    .requiredOption('-f, --file <path>', 'YAML file or folder, in the formats of infra/')
    .addOption(asOption().makeOptionMandatory())
    .option('--title <text>', 'what the change is for (default: the files)')
    .option('--emergency <reason>', 'take effect at once, in the role emergency, until two others approve it')
    .option('--minutes <n>', 'how long an emergency lasts at most', minutes, 60)
    .addHelpText(
      'after',
      `
Nothing takes effect before two people have approved it in the roles security and compliance; a residency profile takes
effect when the tenant's authorised person has acknowledged its text besides. What files no longer name is left as it is.

Examples:
  bailiwick apply -f infra/purposes/case-triage.yaml --as clara
  bailiwick apply -f infra --as clara --title 'Autumn review'
  bailiwick apply -f stop.yaml --as erik --emergency 'answers hold data of others' --minutes 30`,
    )
    .action((options: ApplyOptions) => apply(options, terminal));
