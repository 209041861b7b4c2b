import { setFlagsFromString } from 'node:v8';

// While the modules load, V8 would let the young generation grow to its maximum and keep it: some 25 MB at
// rest for nothing. From then on it grows with the load, as usual.
setFlagsFromString('--semi-space-growth-factor=1');
const { environmentOfProcess } = await import('./config/settings.js');
const { runServer } = await import('./server-process.js');
await runServer(environmentOfProcess());
setFlagsFromString('--semi-space-growth-factor=2');
