const shownCharactersMax = 40;

/** A value as it is repeated in a message: short, and with nothing in it that could break a line. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  const cut = value.length > shownCharactersMax;
  const shown = JSON.stringify(value.slice(0, shownCharactersMax)).replace(/[\x7f-\x9f\u2028\u2029]/g, '\u{fffd}');
  return cut ? `${shown} and ${value.length - shownCharactersMax} characters more` : shown;
}
