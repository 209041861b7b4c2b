import { Settings } from '../config/settings.js';
import { withinRequest } from '../edge/request-context.js';
import { ExchangeLogger } from './exchange-logger.js';
import { LogLevel } from './log-level.js';
import { loggerTo } from './open-logger.js';

/** A logger, and the lines that it has written. */
function loggerInMemory(environment: Record<string, string> = {}) {
  const texts: string[] = [];
  const pino = loggerTo({ write: (text) => texts.push(text) }, Settings.from({ STORE: 'memory', ...environment }));
  const lines = (): Record<string, unknown>[] => texts.map((text) => JSON.parse(text));
  return { pino, texts, lines };
}

describe('the log', () => {
  it('has lines of JSON that say when, how grave, and who speaks', () => {
    const { pino, lines } = loggerInMemory({
      SERVICE_NAME: 'venue-x',
      SERVICE_INSTANCE_NAME: 'x-1',
      ENVIRONMENT: 'test',
    });
    new ExchangeLogger(pino).warn('the disk is full', 'venue');
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'venue-x',
        instance: 'x-1',
        environment: 'test',
        context: 'venue',
        msg: 'the disk is full',
      },
    ]);
  });

  it('has the stack of an error', () => {
    const { pino, lines } = loggerInMemory();
    const error = new Error('the cause');
    new ExchangeLogger(pino).error(error.message, error.stack, 'rest');
    expect(lines()).toMatchObject([
      { level: 'error', context: 'rest', err: { message: 'the cause', stack: error.stack } },
    ]);
  });

  it('tells what Nest says of its start only to those who debug', () => {
    const { pino, lines } = loggerInMemory();
    new ExchangeLogger(pino).log('Mapped {/x, GET} route', 'RouterExplorer');
    expect(lines()).toEqual([]);
  });

  it('is of one exchange, not of the process', () => {
    const [one, other] = [loggerInMemory(), loggerInMemory({ LOG_LEVEL: 'error' })];
    new ExchangeLogger(one.pino).log('one', 'venue');
    new ExchangeLogger(other.pino).log('other', 'venue');
    expect([one.lines().length, other.lines().length]).toEqual([1, 0]);
  });

  it('says which request a line belongs to, also after waiting', async () => {
    const { pino, lines } = loggerInMemory();
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: 1 };
    const request = { transport: 'REST', requestId: 'r-1', trace, traceId: trace.traceId, accountId: 'acc-7' } as const;
    await withinRequest({ ...request, caller: { principal: 'admin' } }, async () => {
      await new Promise((wake) => setTimeout(wake, 1));
      pino.info('within');
    });
    pino.info('outside');
    expect(lines()).toMatchObject([
      { request_id: 'r-1', trace_id: trace.traceId, account_id: 'acc-7', principal: 'admin', msg: 'within' },
      { msg: 'outside' },
    ]);
    expect(lines()[1]).not.toHaveProperty('request_id');
  });

  it.each([
    { authorization: 'planted' },
    { headers: { authorization: 'planted', cookie: 'planted' } },
    { options: { redis: { password: 'planted' } } },
    { request: { headers: { nested: { token: 'planted' } } } },
    { apiKey: 'planted', secret: 'planted' },
    { token: 'planted "with\\ quotes" and planted' },
    { a: { b: { c: { d: { adminToken: 'planted', private_key: 'planted' } } } } },
  ])('hides secrets in %j', (logged) => {
    const { pino, texts } = loggerInMemory();
    pino.info(logged, 'something');
    expect(texts.join()).not.toContain('planted');
    expect(texts.join()).toContain('[redacted]');
  });

  it.each([
    'refused: Bearer planted',
    'refused: authorization=basic planted==',
    'no such key: exs_planted-0_',
    'connect ECONNREFUSED redis://user:planted@127.0.0.1:6379/0',
    'https://:planted@configuration.local/api',
  ])('hides credentials in the sentence %p, and in an error that says it', (sentence) => {
    const { pino, texts, lines } = loggerInMemory();
    pino.warn(sentence);
    pino.error({ err: new Error(sentence) }, 'failed');
    expect(lines()).toHaveLength(2);
    expect(texts.join()).not.toContain('planted');
  });

  it('changes its level while it runs, and goes back to LOG_LEVEL', () => {
    const { pino, lines } = loggerInMemory({ LOG_LEVEL: 'warn' });
    const level = new LogLevel(pino);
    const logger = new ExchangeLogger(pino);
    logger.debug('before', 'venue');
    level.set('debug');
    logger.debug('while', 'venue');
    expect(level.current).toBe('debug');
    level.set(undefined);
    logger.debug('after', 'venue');
    expect(level.current).toBe('warn');
    expect(lines().map(({ msg }) => msg)).toEqual(['while']);
  });
});
