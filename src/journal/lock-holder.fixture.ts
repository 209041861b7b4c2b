import { DirectoryLock } from './directory-lock.js';

/** A process that holds the lock of a data directory until it is killed, though it forgets about it at once. */
DirectoryLock.acquire(process.argv[2]!);
globalThis.gc!();
process.stdout.write('locked\n');
setInterval(() => undefined, 60_000);
