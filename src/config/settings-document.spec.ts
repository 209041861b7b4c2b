import { readFileSync } from 'node:fs';
import { settingsTable } from './settings.js';
import { withSettings } from './settings-document.js';

describe('docs/operations.md', () => {
  const document = readFileSync('docs/operations.md', 'utf8');

  it('has the settings as they are in the code (npm run env-example)', () => {
    expect(document).toBe(withSettings(document));
  });

  it('names every setting', () => {
    for (const { name } of Object.values(settingsTable)) expect(document).toContain(`| \`${name}\` |`);
  });
});
