import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** What the server shows of itself, and whom it asks to do the same, as PEM. */
export interface TlsMaterial {
  readonly certificateChain: Buffer;
  readonly privateKey: Buffer;
  /** Who may sign the certificates of clients; absent where clients need none. */
  readonly clientAuthorities?: Buffer;
}

interface TlsFiles {
  readonly tlsCertFile: string | null;
  readonly tlsKeyFile: string | null;
  readonly tlsClientCaFile: string | null;
}

/** The files of the settings hold nothing that TLS can be spoken with. */
export class TlsUnusable extends Error {
  override readonly name = 'TlsUnusable';
}

/** Reads the files once, at the start: after a renewal the exchange is restarted. `undefined` where TLS is not asked for. */
export function readTls({ tlsCertFile, tlsKeyFile, tlsClientCaFile }: TlsFiles): TlsMaterial | undefined {
  if (tlsCertFile === null || tlsKeyFile === null) return undefined;
  try {
    const material: TlsMaterial = {
      certificateChain: readFileSync(tlsCertFile),
      privateKey: readFileSync(tlsKeyFile),
      clientAuthorities: tlsClientCaFile === null ? undefined : readFileSync(tlsClientCaFile),
    };
    const { certificateChain: cert, privateKey: key, clientAuthorities: ca } = material;
    createSecureContext({ cert, key, ca });
    return material;
  } catch (error) {
    const reason = (error as Error).message;
    throw new TlsUnusable(
      `TLS_CERT_FILE, TLS_KEY_FILE and TLS_CLIENT_CA_FILE must be PEM files that fit together: ${reason}`,
    );
  }
}

/** As Node's `https` takes it. */
export function httpsOptions({ certificateChain: cert, privateKey: key, clientAuthorities: ca }: TlsMaterial) {
  return { cert, key, ca, requestCert: ca !== undefined, rejectUnauthorized: ca !== undefined };
}
