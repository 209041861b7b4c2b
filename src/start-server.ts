import { useBundledPackages } from './bundled-packages.js';
import type { Environment } from './config/settings.js';

/** Runs an exchange as this process. What a start has to settle before the modules that it is for are imported is settled here. */
export async function startServer(environment: Environment): Promise<void> {
  useBundledPackages();
  const { runServer } = await import('./server-process.js');
  await runServer(environment);
}
