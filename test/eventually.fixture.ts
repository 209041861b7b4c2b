import { setTimeout as pause } from 'node:timers/promises';

/** Waits until expectations hold. */
export async function eventually(expectations: () => unknown, timeoutMs = 5_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      await expectations();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(10);
    }
  }
}
