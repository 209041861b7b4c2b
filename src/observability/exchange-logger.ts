import { Logger, PinoLogger } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';

/** What Nest tells of its own start is for the developers of the exchange, not for those who run it. */
const contextsOfNest = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);

/** What Nest and the parts of the exchange log through: `new Logger('venue').warn(...)` of `@nestjs/common`. */
export class ExchangeLogger extends Logger {
  constructor(pino: Pino) {
    super(new OneLogger(pino), {});
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (contextsOfNest.has(rest.at(-1) as string)) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

/**
 * nestjs-pino keeps one logger for the whole process, and a child of it for each request that passes its
 * middleware. Here each exchange has its own, and what a line says of its request is asked for when there is a line.
 */
class OneLogger extends PinoLogger {
  constructor(private readonly pino: Pino) {
    super({ pinoHttp: { logger: pino } });
  }

  override get logger(): Pino {
    return this.pino;
  }
}
