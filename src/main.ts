import { holdHeapSmall } from './heap.js';

// This must come before the modules that it is for.
holdHeapSmall();
const { environmentOfProcess } = await import('./config/settings.js');
const { runServer } = await import('./server-process.js');
await runServer(environmentOfProcess());
