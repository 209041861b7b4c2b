import { readFileSync, writeFileSync } from 'node:fs';
import { envExample } from '../src/config/env-example.js';
import { withSettings } from '../src/config/settings-document.js';

// What is written about settings is made from the table in src/config/settings.ts; specs hold them together.
writeFileSync('.env.example', envExample());
const operations = 'docs/operations.md';
writeFileSync(operations, withSettings(readFileSync(operations, 'utf8')));
