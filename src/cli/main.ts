#!/usr/bin/env node
import { endWithLauncher, isSuitable, runWithSuitableNode } from './suitable-node.js';

// Only what any Node can load may be imported before this is known.
if (isSuitable(process.versions.node)) {
  endWithLauncher();
  const { run } = await import('./program.js');
  await run(process.argv);
} else {
  process.exitCode = await runWithSuitableNode(process.argv.slice(1));
}
