import { peerAddresses } from './peers-setting.js';

describe('PEERS', () => {
  it('reads services with their addresses, in any number', () => {
    expect(peerAddresses.read('')).toEqual([]);
    expect(peerAddresses.read('custodian-simulator=10.0.0.5:50051, risk=risk.local:1,risk=[::1]:65535')).toEqual([
      { serviceName: 'custodian-simulator', host: '10.0.0.5', port: 50_051 },
      { serviceName: 'risk', host: 'risk.local', port: 1 },
      { serviceName: 'risk', host: '::1', port: 65_535 },
    ]);
  });

  it.each([
    'risk',
    'risk=host',
    'risk=host:0',
    'risk=host:65536',
    'risk=::1:50051',
    '=host:1',
    'a b=host:1',
    'risk=host:1;x',
  ])('refuses %s', (text) => {
    expect(peerAddresses.read(text)).toBeUndefined();
  });
});
