import { Option } from 'commander';
import { environmentOfProcess, settingsTable } from '../config/settings.js';

/** Where the exchange keeps its journal: the same default as that of the server. */
export function dataDirectoryOption(): Option {
  const { name, fallback } = settingsTable.dataDir;
  return new Option('--data-dir <directory>', `directory of the journal; ${name} says it too`).default(
    environmentOfProcess()[name] || fallback,
  );
}
