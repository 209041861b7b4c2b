import { isUtf8 } from 'node:buffer';
import { Problem } from './problem.js';

/** No request of the exchange nests deeper than this. */
export const jsonDepthMax = 8;

/**
 * Reads a request body as a JSON object and refuses what `JSON.parse` would let pass in silence: bytes that
 * are not UTF-8, a key given twice (the last would win) and keys that reach into JavaScript's own objects.
 * A refusal calls it by what it is, a body or a message.
 */
export function parseStrictJson(body: Buffer, what = 'body'): object {
  const text = body.toString('utf8');
  // What is not UTF-8 is read as U+FFFD, which hardly any body has.
  if (text.includes('\ufffd') && !isUtf8(body)) throw malformed(`The ${what} is not valid UTF-8`);
  const memberCount = countMembers(text, what);
  const value = parse(text, what);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`The ${what} must be a JSON object`);
  }
  // A key given twice is two members in the text, but one in the object.
  if (countKeys(value) !== memberCount) throw malformed(`The ${what} has the same key twice in one object`);
  return value;
}

/** The number of colons outside strings, which is the number of members of all objects; bounds the depth. */
function countMembers(text: string, what: string): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at);
    else if (character === colon) members += 1;
    else if (character === openBrace || character === openBracket) depth += 1;
    else if (character === closeBrace || character === closeBracket) depth -= 1;
    if (depth > jsonDepthMax) throw malformed(`The ${what} nests deeper than ${jsonDepthMax} levels`);
  }
  return members;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((count, item) => count + countKeys(item), 0);
  let count = 0;
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw Problem.invalid([{ field: key, message: 'is not a field of any request' }]);
    }
    count += 1 + countKeys((value as Record<string, unknown>)[key]);
  }
  return count;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(`The ${what} is not JSON: ${(error as SyntaxError).message.slice(0, 160)}`);
  }
}

function malformed(sentence: string): Problem {
  return new Problem('VALIDATION_FAILED', `${sentence}.`);
}

const [quote, colon, backslash] = [34, 58, 92];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];
