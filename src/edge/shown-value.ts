const shownCharactersMax = 40;
const shownMembersMax = 5;

/** A value as it is repeated in a message: short, and with nothing in it that could break a line. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return shownList(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  const cut = value.length > shownCharactersMax;
  const shown = JSON.stringify(value.slice(0, shownCharactersMax)).replace(/[\x7f-\x9f\u2028\u2029]/g, '\u{fffd}');
  return cut ? `${shown} and ${value.length - shownCharactersMax} characters more` : shown;
}

function shownList(values: readonly unknown[]): string {
  const shown = values.slice(0, shownMembersMax).map((value) => (Array.isArray(value) ? 'a list' : shownValue(value)));
  const more = values.length - shown.length;
  return `[${shown.join(', ')}]${more > 0 ? ` and ${more} more` : ''}`;
}
