import { Command, Option } from 'commander';
import { environmentOfProcess, settingsTable } from '../config/settings.js';
import { startServer } from '../start-server.js';

/** The settings that are often set; secrets are not among them, for everybody can see command lines. */
const settings = [
  settingsTable.host,
  settingsTable.httpPort,
  settingsTable.grpcPort,
  settingsTable.dataDir,
  settingsTable.store,
  settingsTable.seed,
  settingsTable.marketsFile,
  settingsTable.priceSource,
  settingsTable.liquidity,
  settingsTable.logLevel,
];

const more = `
Every setting can also be given in the environment (HTTP_PORT=9000) or in a .env file in the working
directory; an option is stronger than the environment, and that is stronger than the file. .env.example
lists all of them, the token of the audit (AUDIT_TOKEN) among them.

Ctrl-C or SIGTERM stops it: what is in flight is finished first. Whatever was acknowledged is kept, however
it ends, and the next start finds it.

Exit codes: 0 it was stopped; 1 it could not start; 74 the journal failed; 78 a setting is wrong.

Examples:
  $ exchange-simulator start --http-port 9000 --data-dir /var/lib/exchange
  $ exchange-simulator start --store memory --price-source fixed --liquidity realistic`;

export function startCommand(): Command {
  const command = new Command('start')
    .description('start an exchange, which runs until it is stopped')
    .addHelpText('after', more);
  for (const setting of settings) command.addOption(optionOf(setting));
  return command.action(async (options: Record<string, string>) => {
    const given = settings.flatMap((setting) => {
      const value = options[optionOf(setting).attributeName()];
      return value === undefined ? [] : [[setting.name, value]];
    });
    await startServer({ ...environmentOfProcess(), ...Object.fromEntries(given) });
  });
}

function optionOf({ name, meaning, fallback, form }: (typeof settings)[number]): Option {
  const flag = `--${name.toLowerCase().replaceAll('_', '-')}`;
  const standard = fallback === '' ? '' : `; ${fallback} if not given`;
  return new Option(`${flag} <value>`, `${meaning} Allowed: ${form.allowed}${standard}.`);
}
