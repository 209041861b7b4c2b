import { endWithLauncher, isSuitable, runWithSuitableNode } from './cli/suitable-node.js';

// Only what any Node can load may be imported before this is known.
if (isSuitable(process.versions.node)) {
  endWithLauncher();
  const { startServer } = await import('./start-server.js');
  const { environmentOfProcess } = await import('./config/settings.js');
  await startServer(environmentOfProcess());
} else {
  process.exitCode = await runWithSuitableNode(process.argv.slice(1));
}
