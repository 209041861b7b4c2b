import { Program } from '../program.js';

const journalRun = new URL('./journal-run.js', import.meta.url).pathname;
/** What a slow machine may take for millions of orders. */
const fillTimeoutMs = 3_600_000;

/** How many orders a journal is to have that stay open, and that are filled. */
export interface JournalContent {
  readonly open: number;
  readonly filled: number;
}

/** Fills a new data directory, and leaves it as a crash would; resolves to how many filled orders a second were durable. */
export async function fillJournal(dataDirectory: string, { open, filled }: JournalContent): Promise<number> {
  const program = new Program([journalRun, dataDirectory, `${open}`, `${filled}`]);
  const [, perSecond] = await program.printed(/records\/s (\S+)/, fillTimeoutMs);
  await program.stop();
  return Number(perSecond);
}
