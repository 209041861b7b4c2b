import type { Logger } from 'pino';

/** The least important messages that are logged; it can be changed while the exchange runs. */
export class LogLevel {
  private readonly configured: string;

  constructor(private readonly logger: Logger) {
    this.configured = logger.level;
  }

  get current(): string {
    return this.logger.level;
  }

  /** One of the words of LOG_LEVEL, or `undefined` for what that says; it holds from the next line on. */
  set(level: LogLevelName | undefined): void {
    this.logger.level = level ?? this.configured;
  }
}

export type LogLevelName = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
