import { useBundledPackages } from './bundled-packages.js';
import { holdHeapSmall } from './heap.js';

// These must come before the modules that they are for.
holdHeapSmall();
useBundledPackages();
const { environmentOfProcess } = await import('./config/settings.js');
const { runServer } = await import('./server-process.js');
await runServer(environmentOfProcess());
