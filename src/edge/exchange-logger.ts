import { ConsoleLogger, type LogLevel } from '@nestjs/common';

const nestLevels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const levelNames: readonly string[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** What Nest tells of its own start is for the developers of the exchange, not for those who run it. */
const contextsOfNest = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);

/** Logs one JSON object a line, or readable lines where somebody is watching. */
export class ExchangeLogger extends ConsoleLogger {
  constructor(level: string, json = !process.stdout.isTTY) {
    super({ json, colors: !json, logLevels: nestLevels.slice(0, levelNames.indexOf(level) + 1) });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (contextsOfNest.has(rest.at(-1) as string)) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}
