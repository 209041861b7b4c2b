import { Command, CommanderError } from 'commander';
import { version } from '../config/version.js';
import { exitCode } from './exit-code.js';
import { exportCommand } from './export-command.js';
import { startCommand } from './start-command.js';
import { verifyCommand } from './verify-command.js';

const examples = `
Examples:
  $ exchange-simulator start
      Starts an exchange on http://127.0.0.1:8080, which keeps everything in ./data. Open /docs there.
  $ exchange-simulator start --store memory --http-port 0 --grpc-port 0
      One for a test: on free ports, and nothing is kept.
  $ exchange-simulator verify --data-dir ./data
      Checks everything that an exchange has kept.
  $ exchange-simulator export --what trades --output trades.csv
      Writes all trades to a file.

Each command explains itself: exchange-simulator help start`;

/** Runs one command line; what went wrong is on stderr, and in the exit code of the process. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command('exchange-simulator')
    .description('A spot exchange to point a trading engine at: it starts one, checks what it kept, and exports it.')
    .version(version)
    .addHelpText('after', examples)
    .exitOverride();
  for (const command of [startCommand(), verifyCommand(), exportCommand()]) {
    program.addCommand(command.copyInheritedSettings(program).showHelpAfterError('(--help tells more)'));
  }
  process.stdout.on('error', unlessReaderLeft);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 || error.code === 'commander.help' ? exitCode.ok : exitCode.usage;
      return;
    }
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = exitCode.notDone;
  }
}

/** Whoever reads has seen enough, as `head` does: that is no failure. */
function unlessReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
