import { isSuitable, runWithSuitableNode } from './cli/suitable-node.js';

// Only what any Node can load may be imported before this is known.
if (isSuitable(process.versions.node)) {
  const { useBundledPackages } = await import('./bundled-packages.js');
  const { holdHeapSmall } = await import('./heap.js');
  // These must come before the modules that they are for.
  holdHeapSmall();
  useBundledPackages();
  const { environmentOfProcess } = await import('./config/settings.js');
  const { runServer } = await import('./server-process.js');
  await runServer(environmentOfProcess());
} else {
  process.exitCode = await runWithSuitableNode(process.argv.slice(1));
}
