import { CommanderError } from 'commander';
import { terminal } from './commands/terminal.js';
import { CliError, EXIT } from './exit-code.js';
import { program } from './program.js';

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.no),
);

try {
  await program(terminal).parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (thrown instanceof CliError) {
    terminal.warn(thrown.message);
    process.exitCode = thrown.exitCode;
  } else throw thrown;
}
