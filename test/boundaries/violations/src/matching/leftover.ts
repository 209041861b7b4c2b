export const leftover = true;
