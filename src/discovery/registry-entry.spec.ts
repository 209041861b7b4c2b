import { described } from './registry.fixture.js';
import { readEntry, writeEntry } from './registry-entry.js';

describe('an entry of the registry', () => {
  const now = Date.parse('2026-11-22T10:00:00.123Z');
  const written = JSON.parse(writeEntry(described('custodian-simulator', 7001), 'healthy', now));

  function read(change: Record<string, unknown>) {
    return readEntry(JSON.stringify({ ...written, ...change }));
  }

  it('reads back as it was written', () => {
    expect(read({})).toEqual({
      lastSeen: now,
      instance: { ...described('custodian-simulator', 7001), status: 'healthy' },
    });
  });

  it.each([
    ['RFC 3339 with another offset and finer digits', '2026-11-22T12:00:00.123456789+02:00', now],
    ['seconds', Math.floor(now / 1000), Math.floor(now / 1000) * 1000],
    ['milliseconds', now, now],
  ])('takes a last_seen of other programs: %s', (_form, last_seen, lastSeen) => {
    expect(read({ last_seen })).toMatchObject({ lastSeen });
  });

  it('does without what another program leaves out', () => {
    const { service_name, host, grpc_port, last_seen } = written;
    expect(readEntry(JSON.stringify({ service_name, host, grpc_port, last_seen, metadata: null }))).toMatchObject({
      instance: { httpPort: null, version: '', status: '', metadata: {} },
    });
  });

  it.each([
    [{ service_name: '' }, 'service_name is not a name'],
    [{ host: 'a b' }, 'host is not a host'],
    [{ host: 7 }, 'host is not a host'],
    [{ grpc_port: 0 }, 'grpc_port is not a port'],
    [{ grpc_port: '7001' }, 'grpc_port is not a port'],
    [{ last_seen: 'yesterday' }, 'last_seen is not a time'],
    [{ last_seen: null }, 'last_seen is not a time'],
    [{ metadata: { text: 'x'.repeat(20_000) } }, 'it is longer than 16384 characters'],
  ])('is malformed with %j', (change, reason) => {
    expect(read(change)).toBe(reason);
  });

  it.each(['', 'null', '7', '"text"', '{"service_name":'])('is malformed as %j', (text) => {
    expect(readEntry(text)).toBe('it is not a JSON object');
  });
});
