import { settingsTable } from './settings.js';

/** The text of `.env.example`: every setting with its meaning, what is allowed and its default. */
export function envExample(): string {
  const head =
    '# Copy this file to .env and change what you need. Made from src/config/settings.ts by `npm run env-example`.\n';
  const entries = Object.values(settingsTable).map(
    ({ name, meaning, form, fallback }) => `# ${meaning}\n# Allowed: ${form.allowed}.\n${name}=${fallback}\n`,
  );
  return [head, ...entries].join('\n');
}
