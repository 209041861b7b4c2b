/** How a command ends; by the names of sysexits.h where there is one. */
export const exitCode = { ok: 0, wrong: 1, notDone: 2, usage: 64 } as const;
