import { globSync } from 'node:fs';
import { it } from '@jest/globals';

/**
 * The engine's own specs as one file, so that the modules are loaded once for each mutant and not once for each spec, which
 * is most of the time. Nothing of the engine is global, so no spec notices the others. A spec that a mutant keeps
 * from being loaded has failed.
 */
const engine = `${import.meta.dirname}/../../src/engine`;
for (const spec of globSync('**/*.spec.ts', { cwd: engine, exclude: ['properties/**'] }).sort()) {
  try {
    await import(`${engine}/${spec}`);
  } catch (error) {
    it(`${spec} is loaded`, () => {
      throw error;
    });
  }
}
