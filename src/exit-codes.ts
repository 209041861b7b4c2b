/** How the process of an exchange ends, by the names of sysexits.h where there is one. */
export const exitCodes = { forced: 1, startFailed: 1, journalFailed: 74, wrongConfiguration: 78 } as const;
