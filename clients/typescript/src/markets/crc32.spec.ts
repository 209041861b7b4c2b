import { crc32 as zlibCrc32 } from 'node:zlib';
import { crc32 } from './crc32.js';

it.each(['', '123456789', '60000.01:0.1:60000.02:500'])('is that of zlib for %j', (text) => {
  expect(crc32(text)).toBe(zlibCrc32(text));
});
