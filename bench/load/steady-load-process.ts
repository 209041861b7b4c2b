import { LeanConnections } from './lean-connections.js';
import type { LoadRequest } from './load.js';
import type { SteadyLoadOptions } from './steady-load.js';
import { atSteadyPace } from './steady-pace.js';

const { address, requests, connections, pace } = JSON.parse(process.argv[2]!) as SteadyLoadOptions;
const run = Date.now().toString(36);
const texts = requests.map(textOf);
const lean = await LeanConnections.open(address, connections);

const result = await atSteadyPace(pace, async (number) => {
  const { head, body } = texts[number % texts.length]!;
  const content = body.replace('[<id>]', `${run}-${number}`);
  await lean.send(`${head}content-length: ${content.length}\r\n\r\n${content}`);
});
console.log(`JSON ${JSON.stringify(result)}`);
process.exit(0);

/** All of ASCII. */
function textOf({ method, path, body }: LoadRequest): { head: string; body: string } {
  const { host } = new URL(address);
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
  return { head, body: body === undefined ? '' : JSON.stringify(body) };
}
