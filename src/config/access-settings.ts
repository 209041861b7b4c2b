import { isLoopback } from './loopback.js';
import { define, existingFile, oneOf, optional, text, wholeNumber } from './setting.js';

const bearerToken = text('8 to 256 visible characters without spaces', /^[\x21-\x7e]{8,256}$/);

const originPattern = /^https?:\/\/[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$/;
const originsMax = 100;

/** Origins of web pages, such as `https://desk.example`. */
const origins = {
  allowed: `up to ${originsMax} origins such as https://desk.example, separated by commas, or nothing`,
  read(value: string): readonly string[] | undefined {
    const given = value === '' ? [] : value.split(',').map((origin) => origin.trim());
    return given.length <= originsMax && given.every((origin) => originPattern.test(origin)) ? given : undefined;
  },
};

/** The settings of who may do what, a part of the one table. */
export const accessSettings = {
  auth: define(
    'AUTH',
    'off',
    'Whether callers must show an API key or the ADMIN_TOKEN; off only where HOST is a loopback address.',
    oneOf('off', 'on'),
  ),
  adminToken: define(
    'ADMIN_TOKEN',
    '',
    'Bearer token of the operator, with AUTH=on: creates and funds accounts, issues and revokes API keys.',
    optional(bearerToken),
    true,
  ),
  auditToken: define(
    'AUDIT_TOKEN',
    '',
    'Bearer token of the audit interface; without it, the audit answers only with AUTH=off on a loopback address.',
    optional(bearerToken),
    true,
  ),
  auditPort: define(
    'AUDIT_PORT',
    '',
    'Port of the audit interface alone, /audit on all others is 404 then; 0 takes a free one; empty: HTTP_PORT.',
    optional(wholeNumber(0, 65535)),
  ),
  rateLimitPerSecond: define(
    'RATE_LIMIT_PER_SECOND',
    '0',
    'Requests a second, over REST and gRPC together, of one API key, or of one address without a key; 0: no limit.',
    wholeNumber(0, 1_000_000),
  ),
  rateLimitBurst: define(
    'RATE_LIMIT_BURST',
    '0',
    'Requests above RATE_LIMIT_PER_SECOND that are taken within ten seconds.',
    wholeNumber(0, 10_000_000),
  ),
  corsOrigins: define(
    'CORS_ORIGINS',
    '',
    'Web pages of which origins may call the REST interface from a browser; empty: none.',
    origins,
  ),
  tlsCertFile: define(
    'TLS_CERT_FILE',
    '',
    'Certificate chain of the server, as PEM: REST and gRPC then speak TLS alone, the probes too.',
    optional(existingFile),
  ),
  tlsKeyFile: define('TLS_KEY_FILE', '', 'Private key that belongs to TLS_CERT_FILE, as PEM.', optional(existingFile)),
  tlsClientCaFile: define(
    'TLS_CLIENT_CA_FILE',
    '',
    'Certificates of who may sign clients, as PEM: without such a client certificate no connection is taken.',
    optional(existingFile),
  ),
};

/** What the checks across settings look at. */
interface AccessValues {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly auth: 'off' | 'on';
  readonly adminToken: string | null;
  readonly auditToken: string | null;
  readonly auditPort: number | null;
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  readonly tlsCertFile: string | null;
  readonly tlsKeyFile: string | null;
  readonly tlsClientCaFile: string | null;
}

/** What is wrong with settings that are right one by one; each sentence names the ways out. */
export function accessFaults(values: AccessValues): string[] {
  return [...authFaults(values), ...portFaults(values), ...tlsFaults(values)];
}

function authFaults({ host, auth, adminToken, auditToken, rateLimitPerSecond, rateLimitBurst }: AccessValues) {
  const faults: string[] = [];
  if (auth === 'off' && !isLoopback(host)) {
    faults.push(
      `AUTH is off and HOST (${host}) is not a loopback address, so that everybody who reaches it could trade and move money: ` +
        'set AUTH=on and an ADMIN_TOKEN, or HOST=127.0.0.1',
    );
  }
  if (auth === 'on' && adminToken === null) {
    faults.push(
      'ADMIN_TOKEN is missing: AUTH=on needs it to create accounts and issue API keys; ' +
        'set it to 8 to 256 visible characters, such as those of "openssl rand -base64 32", or set AUTH=off and HOST=127.0.0.1',
    );
  }
  if (auth === 'on' && adminToken !== null && adminToken === auditToken) {
    faults.push('AUDIT_TOKEN is the ADMIN_TOKEN: who runs the exchange does not audit it; choose another one');
  }
  if (rateLimitBurst > 0 && rateLimitPerSecond === 0) {
    faults.push('RATE_LIMIT_BURST does nothing without RATE_LIMIT_PER_SECOND: set that too, or leave both out');
  }
  return faults;
}

function portFaults({ auditPort, httpPort, grpcPort }: AccessValues): string[] {
  if (auditPort === null || auditPort === 0 || (auditPort !== httpPort && auditPort !== grpcPort)) return [];
  return [`AUDIT_PORT is ${auditPort}, which is another interface's port: choose one of its own, or leave it out`];
}

function tlsFaults({ tlsCertFile, tlsKeyFile, tlsClientCaFile }: AccessValues): string[] {
  if ((tlsCertFile === null) !== (tlsKeyFile === null)) {
    return ['TLS_CERT_FILE and TLS_KEY_FILE belong together: set both, or neither'];
  }
  if (tlsClientCaFile !== null && tlsCertFile === null) {
    return ['TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE: set them too, or leave it out'];
  }
  return [];
}
