import { Autocannon } from './autocannon.js';
import { type LoadGenerator, versionOf } from './load.js';
import { Wrk } from './wrk.js';

/** wrk where it is installed, since it leaves more of the machine to the server; else autocannon. */
export function chooseLoadGenerator(): LoadGenerator {
  const version = versionOf('wrk');
  return version === undefined ? new Autocannon() : new Wrk(version);
}
