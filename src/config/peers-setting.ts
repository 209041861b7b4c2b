import type { Form } from './setting.js';

/** Where one instance of a service is reached over gRPC. */
export interface PeerAddress {
  readonly serviceName: string;
  readonly host: string;
  readonly port: number;
}

const peersMax = 1000;
const peer = /^([A-Za-z0-9._-]{1,63})=(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,255})):([0-9]{1,5})$/;

/** `PEERS`: `service=host:port`, separated by commas; a service with several instances is named once for each. */
export const peerAddresses: Form<readonly PeerAddress[]> = {
  allowed: `up to ${peersMax} of service=host:port, separated by commas (an IPv6 address in brackets)`,
  read(text) {
    const parts = text.split(',').filter((part) => part.trim() !== '');
    const peers = parts.map((part) => readPeer(part.trim()));
    return peers.length <= peersMax && peers.every((found) => found !== undefined) ? peers : undefined;
  },
};

function readPeer(text: string): PeerAddress | undefined {
  const [, serviceName, address, name, digits] = peer.exec(text) ?? [];
  const port = Number(digits);
  if (serviceName === undefined || !(port >= 1 && port <= 65_535)) return undefined;
  return { serviceName, host: (address ?? name)!, port };
}
