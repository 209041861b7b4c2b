export const example = true;
