import { createRequire } from 'node:module';
import type { LoadOptions } from './load.js';

/** The part of autocannon that is used here; it comes without types. */
type Autocannon = (options: object) => Promise<object>;
const autocannon = createRequire(import.meta.url)('autocannon') as Autocannon;

const { address, requests, connections, seconds } = JSON.parse(process.argv[2]!) as LoadOptions;
const headers = { 'content-type': 'application/json' };
const result = await autocannon({
  ...{ url: address, connections, duration: seconds, idReplacement: true },
  requests: requests.map(({ method, path, body }) => ({
    ...{ method, path },
    ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
  })),
});
console.log(`JSON ${JSON.stringify(result)}`);
