import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** An authority of our own with a server and a client that it signed, and a client that somebody else did. */
export class Certificates {
  private constructor(
    readonly authority: string,
    readonly server: Identity,
    readonly client: Identity,
    readonly stranger: Identity,
    private readonly directory: string,
  ) {}

  static async make(): Promise<Certificates> {
    const authority = await authorityOf('Test authority');
    const other = await authorityOf('Other authority');
    const [server, client, stranger] = await Promise.all([
      signedBy(authority, 'localhost'),
      signedBy(authority, 'a trading engine'),
      signedBy(other, 'a stranger'),
    ]);
    return new Certificates(authority.cert, server, client, stranger, mkdtempSync(join(tmpdir(), 'certificates-')));
  }

  /** The settings of a server that speaks TLS, and that asks its clients for a certificate if wanted. */
  settings(asksClients: boolean): Record<string, string> {
    const own = {
      TLS_CERT_FILE: this.file('server.pem', this.server.cert),
      TLS_KEY_FILE: this.file('server.key', this.server.key),
    };
    return asksClients ? { ...own, TLS_CLIENT_CA_FILE: this.file('clients.pem', this.authority) } : own;
  }

  file(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}

async function authorityOf(name: string): Promise<Identity> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert, key };
}

async function signedBy(ca: Identity, name: string): Promise<Identity> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}
