import { type DestinationStream, destination, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import type { Settings } from '../config/settings.js';
import { currentRequest } from '../edge/request-context.js';
import { withoutCredentials } from './redaction.js';

/** The log of this process: readable lines where somebody is watching, one JSON object a line anywhere else. */
export async function openLogger(settings: Settings, isWatched = process.stdout.isTTY === true): Promise<Logger> {
  return pino(optionsOf(settings), isWatched ? await readableLines() : destination(1));
}

/** The same log, written somewhere else. */
export function loggerTo(stream: DestinationStream, settings: Settings): Logger {
  return pino(optionsOf(settings), stream);
}

function optionsOf({ logLevel, serviceName, serviceInstanceName, environment }: Settings): LoggerOptions {
  return {
    level: logLevel,
    base: { service: serviceName, instance: serviceInstanceName, environment },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: fieldsOfRequest,
    hooks: { streamWrite: withoutCredentials },
  };
}

/** What a line that is logged on behalf of a request says of it. */
function fieldsOfRequest(): object {
  const request = currentRequest();
  if (request === undefined) return {};
  return {
    request_id: request.requestId,
    trace_id: request.traceId,
    principal: request.caller?.principal,
    account_id: request.accountId,
    order_id: request.orderId,
    sequence: request.record?.sequence,
    faults: request.struckBy,
  };
}

/** It writes at once: nothing is lost when the process ends. */
async function readableLines(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, colorize: true, ignore: 'service,instance,environment', translateTime: 'HH:MM:ss.l' });
}
