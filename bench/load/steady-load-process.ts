import { Agent } from 'node:http';
import { askOver } from './http-request.js';
import type { SteadyLoadOptions } from './steady-load.js';
import { atSteadyPace } from './steady-pace.js';

const { address, requests, connections, pace } = JSON.parse(process.argv[2]!) as SteadyLoadOptions;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const run = Date.now().toString(36);
const texts = requests.map((request) => JSON.stringify(request));

const result = await atSteadyPace(pace, async (number) => {
  const text = texts[number % texts.length]!.replace('[<id>]', `${run}-${number}`);
  await askOver(agent, address, JSON.parse(text));
});
console.log(`JSON ${JSON.stringify(result)}`);
process.exit(0);
