import { resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Addresses, Application } from './application.js';
import { OverrideInvalid } from './config/remote/fixed-values.js';
import type { Settings } from './config/settings.js';
import { version } from './config/version.js';
import { exitCodes } from './exit-codes.js';
import { collectWhenIdle } from './heap.js';
import { openApplication } from './open-application.js';
import type { Store } from './open-store.js';

/** Runs an exchange as this process until a signal ends it. */
export async function runServer(settings: Settings, store: Promise<Store>): Promise<void> {
  try {
    const application = await openApplication(settings, stopOnFailure, store);
    stopOnSignals(application, settings);
    const addresses = await application.listen();
    collectWhenIdle(() => application.commands);
    process.stdout.write(banner(addresses, settings));
  } catch (error) {
    process.stderr.write(`The exchange did not start: ${reasonOf(error)}\n`);
    process.exit(error instanceof OverrideInvalid ? exitCodes.wrongConfiguration : exitCodes.startFailed);
  }
}

/** The first signal drains; a second one, or a drain that takes too long, forces the end. The journal survives both. */
function stopOnSignals(application: Application, { drainWaitMs, shutdownTimeoutMs }: Settings): void {
  const logger = new Logger('exchange');
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return force(`a second signal (${signal})`);
    stopping = true;
    const wait = drainWaitMs === 0 ? '' : `after DRAIN_WAIT_MS (${drainWaitMs}) `;
    logger.log(`${signal}: not ready any more; ${wait}commands are refused, and what is in flight is finished`);
    const deadline = setTimeout(
      () => force(`SHUTDOWN_TIMEOUT_MS (${shutdownTimeoutMs})`),
      drainWaitMs + shutdownTimeoutMs,
    );
    deadline.unref();
    await application.close().catch((error) => force(`an error: ${error instanceof Error ? error.message : error}`));
    process.exit(0);
  };
  const force = (cause: string) => {
    logger.error(`the drain was cut short by ${cause}`);
    process.exit(exitCodes.forced);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/** The journal can no longer be trusted by this process; what it acknowledged is on the disk, and the next start finds it. */
function stopOnFailure(error: unknown): void {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`The exchange stops, because its journal or its engine failed: ${stack}\n`);
  process.exit(exitCodes.journalFailed);
}

function banner({ http, grpc, audit }: Addresses, { store, dataDir }: Settings): string {
  return `
  Exchange Simulator ${version} is ready after ${Math.round(process.uptime() * 1000)} ms

    REST      ${http}/api/v1
    Swagger   ${http}/docs
    Audit     ${audit}/audit/docs
    gRPC      ${grpc}
    Data      ${store === 'memory' ? 'in memory: nothing is kept' : resolve(dataDir)}

`;
}

/** The sentence of an error that the operator can do something about; the whole stack of any other. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (/EADDRINUSE|No address added/.test(error.message))
    return `a port is taken (${error.message}); see HTTP_PORT, GRPC_PORT and AUDIT_PORT`;
  return error.name === 'Error' || error.name === 'TypeError' ? (error.stack ?? error.message) : error.message;
}
