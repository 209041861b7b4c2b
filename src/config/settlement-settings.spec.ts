import { Settings } from './settings.js';

describe('the settings of settlement', () => {
  const cutOff = (text: string) => Settings.from({ SETTLEMENT_CUTOFF: text }).settlementCutOff;

  it.each([
    ['', { kind: 'every', intervalMs: 60_000 }],
    ['30s', { kind: 'every', intervalMs: 30_000 }],
    ['24h', { kind: 'every', intervalMs: 86_400_000 }],
    ['17:00', { kind: 'daily', timeOfDayMs: 61_200_000 }],
    ['00:05', { kind: 'daily', timeOfDayMs: 300_000 }],
  ])('take the cut-off %j', (text, expected) => {
    expect(cutOff(text)).toEqual(expected);
  });

  it.each(['0s', '25h', '1d', '1.5h', '-1s', '24:00', '7:00', '17:60', 'noon'])('refuse the cut-off %j', (text) => {
    expect(() => cutOff(text)).toThrow(`SETTLEMENT_CUTOFF is "${text}": it must be an interval`);
  });

  it('want a custodian to be found', () => {
    expect(() => Settings.from({ SETTLEMENT_CUSTODIAN: 'custodian' })).toThrow(
      'SETTLEMENT_CUSTODIAN is "custodian": set PEERS to custodian=host:port, or REDIS_URL',
    );
    const { settlementCustodian } = Settings.from({ SETTLEMENT_CUSTODIAN: 'c', PEERS: 'c=127.0.0.1:1' });
    expect(settlementCustodian).toBe('c');
  });
});
