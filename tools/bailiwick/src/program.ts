import { Command } from 'commander';
import { applyCommand } from './commands/apply.js';
import { canaryCommand } from './commands/canary.js';
import { changeCommand } from './commands/change.js';
import { classifySchemaCommand } from './commands/classify-schema.js';
import { classifyCommand } from './commands/classify.js';
import { consumeCommand } from './commands/consume.js';
import { credentialCommand } from './commands/credential.js';
import { detectCommand } from './commands/detect.js';
import { grantCommand } from './commands/grant.js';
import { eraseCommand } from './commands/erase.js';
import { erasureCommand } from './commands/erasure.js';
import { eventsCommand } from './commands/events.js';
import { deadletterCommand, heldCommand } from './commands/kept.js';
import { absenceCommand } from './commands/absence.js';
import { profileCommand } from './commands/profile.js';
import { logCommand } from './commands/log.js';
import { proveCommand } from './commands/prove.js';
import { retentionCommand } from './commands/retention.js';
import { sendCommand } from './commands/send.js';
import type { Terminal } from './commands/terminal.js';
import { tokenCommand } from './commands/token.js';
import { traceCommand } from './commands/trace.js';
import { transfersCommand } from './commands/transfers.js';
import { verifyCommand } from './commands/verify.js';
import { violationsCommand } from './commands/violations.js';

/** The command line of `bailiwick`. It ends by throwing: commander's own errors, or a `CliError`. */
export function program(terminal: Terminal): Command {
  const root = new Command('bailiwick')
    .description(
      'Follows records through a running Bailiwick mesh. Only classify prints what may be personal data.',
    )
    .showHelpAfterError('(--help says what there is)')
    .addHelpText(
      'after',
      `
detect, classify-schema and verify need no stack. The others find the running one by themselves: .bailiwick/stack.json here or
above, or BAILIWICK_STACK_FILE.

Exit codes: 0 done, 1 the answer is no (unknown event, refused record, unread lines), 2 wrong command line,
            3 no stack is running, 4 a part of the stack does not answer`,
    );
  for (const command of [
    eventsCommand,
    traceCommand,
    violationsCommand,
    canaryCommand,
    transfersCommand,
    logCommand,
    proveCommand,
    verifyCommand,
    absenceCommand,
    eraseCommand,
    erasureCommand,
    retentionCommand,
    heldCommand,
    deadletterCommand,
    applyCommand,
    changeCommand,
    profileCommand,
    credentialCommand,
    sendCommand,
    tokenCommand,
    consumeCommand,
    grantCommand,
    detectCommand,
    classifyCommand,
    classifySchemaCommand,
  ])
    root.addCommand(command(terminal).showHelpAfterError('(--help says what there is)'));
  // A command does not take over what its parent was told about ending.
  for (const command of withInner(root)) command.exitOverride();
  return root;
}

/** A command and all commands inside it. */
export const withInner = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(withInner),
];
