import { useBundledPackages } from './bundled-packages.js';
import { type Environment, Settings, SettingsInvalid } from './config/settings.js';
import { exitCodes } from './exit-codes.js';
import { openStore } from './open-store.js';

/** Runs an exchange as this process. What goes before the modules that it is for are imported, or beside it, begins here. */
export async function startServer(environment: Environment): Promise<void> {
  useBundledPackages();
  const settings = settingsOf(environment);
  if (settings === undefined) return;
  const store = openStore(settings);
  // Who opens the venue waits for it, and meets what went wrong.
  store.catch(() => undefined);
  const { runServer } = await import('./server-process.js');
  await runServer(settings, store);
}

function settingsOf(environment: Environment): Settings | undefined {
  try {
    return Settings.from(environment);
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.wrongConfiguration;
    return undefined;
  }
}
