import { TerminusModule } from '@nestjs/terminus';
import { Test, type TestingModule } from '@nestjs/testing';
import { openVenue } from '../venue/venue.fixture.js';
import { Venue } from '../venue/venue.js';
import type { Finding, HealthIndicator } from './health-indicator.js';
import { HealthIndicators } from './health-indicators.js';
import { HealthReports } from './health-report.js';
import { Readiness } from './readiness.js';

const never = new Promise<Finding>(() => undefined);

describe('the report on health', () => {
  let module: TestingModule;
  let reports: HealthReports;
  let parts: HealthIndicator[];
  let asked: string[];

  beforeEach(async () => {
    const { venue } = await openVenue();
    module = await Test.createTestingModule({
      imports: [TerminusModule.forRoot({ logger: false })],
      providers: [HealthReports, HealthIndicators, Readiness, { provide: Venue, useValue: venue }],
    }).compile();
    await module.init();
    parts = [];
    asked = [];
    module.get(HealthIndicators).add(() => parts);
    reports = module.get(HealthReports);
  });

  afterEach(async () => {
    await module.get(Venue).close();
    await module.close();
  });

  function part(name: string, required: boolean, answer: () => Finding | Promise<Finding>): HealthIndicator {
    const check = () => {
      asked.push(name);
      return answer();
    };
    return { name, required, check };
  }

  const journal = part('journal', true, () => ({ state: 'up' }));

  it.each<[string, boolean, Finding['state'], string, string]>([
    ['a required part that is up', true, 'up', 'up', 'ok'],
    ['a required part that is worse for wear', true, 'degraded', 'degraded', 'degraded'],
    ['a required part that is down', true, 'down', 'down', 'error'],
    ['an optional part that is down', false, 'down', 'degraded', 'degraded'],
  ])('%s', async (_what, required, state, shown, overall) => {
    parts = [journal, part('other', required, () => ({ state, detail: { since: 'noon' } }))];
    const { status, details } = await reports.current();
    expect(status).toBe(overall);
    expect(details).toMatchObject({ journal: { status: 'up' }, other: { status: shown, since: 'noon' } });
    expect(details.other?.latencyMs).toEqual(expect.any(Number));
  });

  it('tells the latency of the part itself, where that is known', async () => {
    parts = [part('redis', false, () => ({ state: 'up', latencyMs: 12.34 }))];
    expect((await reports.current()).details.redis).toEqual({ status: 'up', latencyMs: 12.3 });
  });

  it('says why a part failed', async () => {
    parts = [part('redis', false, () => Promise.reject(new Error('connection refused')))];
    expect(await reports.current()).toMatchObject({
      status: 'degraded',
      details: { redis: { message: 'connection refused' } },
    });
  });

  it('does not wait for a part that hangs, and does not ask it again meanwhile', async () => {
    parts = [journal, part('peer:custodian', false, () => never)];
    const first = await reports.current();
    expect(first).toMatchObject({
      status: 'degraded',
      details: { 'peer:custodian': { message: 'no answer within 1000 ms' } },
    });
    await new Promise((wake) => setTimeout(wake, 100));
    await reports.current();
    expect(asked).toEqual(['journal', 'peer:custodian', 'journal']);
  });

  it('asks once for all who ask within a second, and anew when readiness changes', async () => {
    parts = [journal];
    const [one, other] = await Promise.all([reports.current(), reports.current()]);
    expect(one).toBe(other);
    await reports.current();
    expect(asked).toEqual(['journal']);
    module.get(Readiness).withdraw();
    await reports.current();
    expect(asked).toEqual(['journal', 'journal']);
  });

  it('shows the parts that there are when it is asked', async () => {
    expect((await reports.current()).details).toEqual({});
    parts = [journal];
    module.get(Readiness).withdraw();
    expect(Object.keys((await reports.current()).details)).toEqual(['journal']);
  });
});
