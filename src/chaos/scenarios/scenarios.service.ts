import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '../../edge/problem.js';
import type { Origin } from '../../journal/journal.js';
import { Venue } from '../../venue/venue.js';
import { ChaosService } from '../chaos.service.js';
import { readScenario } from './read-scenario.js';
import type { Scenario } from './scenario.js';
import { ScenarioRun } from './scenario-run.js';

/** Where the scenarios lie that come with the exchange, for the sources and for the build. */
const shippedDirectory = fileURLToPath(new URL('../../../scenarios', import.meta.url));
const loadedMax = 100;

/** A scenario with its last run, if it was started. */
export interface KnownScenario {
  readonly scenario: Scenario;
  readonly run: ScenarioRun | undefined;
}

/** Named scenarios: those that come with the exchange, and those that were loaded since its start. One runs at a time. */
@Injectable()
export class ScenariosService implements OnModuleDestroy {
  private scenarios: Promise<Map<string, Scenario>> | undefined = undefined;
  private readonly runs = new Map<string, ScenarioRun>();

  constructor(
    private readonly venue: Venue,
    private readonly chaos: ChaosService,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.runs.values()].map((run) => run.stop()));
  }

  async list(): Promise<KnownScenario[]> {
    return [...(await this.known()).values()].map((scenario) => ({ scenario, run: this.runs.get(scenario.name) }));
  }

  async get(name: string): Promise<KnownScenario> {
    return { scenario: await this.find(name), run: this.runs.get(name) };
  }

  /** One of the same name is replaced, unless it runs. */
  async load(text: string): Promise<KnownScenario> {
    const known = await this.known();
    const scenario = await readScenario(text);
    this.assertNotRunning(scenario.name);
    if (known.size >= loadedMax && !known.has(scenario.name)) {
      throw new Problem('FAULTS_LIMIT', `There are ${loadedMax} scenarios, and no more are taken.`);
    }
    known.set(scenario.name, scenario);
    this.runs.delete(scenario.name);
    return { scenario, run: undefined };
  }

  async start(name: string, speed: number, origin: Origin): Promise<KnownScenario> {
    const scenario = await this.find(name);
    for (const running of this.runs.keys()) this.assertNotRunning(running);
    const run = new ScenarioRun(scenario, speed, this.chaos, origin, () => this.venue.now());
    this.runs.set(name, run);
    return { scenario, run };
  }

  /** One that has ended stays as it ended. */
  async stop(name: string): Promise<KnownScenario> {
    const scenario = await this.find(name);
    const run = this.runs.get(name);
    await run?.stop();
    return { scenario, run };
  }

  private async find(name: string): Promise<Scenario> {
    const known = await this.known();
    const scenario = known.get(name);
    if (scenario !== undefined) return scenario;
    const names = [...known.keys()].join(', ');
    throw new Problem('SCENARIO_NOT_FOUND', `There is no scenario ${name}; there are ${names}.`);
  }

  private known(): Promise<Map<string, Scenario>> {
    this.chaos.assertEnabled();
    this.scenarios ??= shippedScenarios();
    return this.scenarios;
  }

  private assertNotRunning(name: string): void {
    if (this.runs.get(name)?.status !== 'RUNNING') return;
    throw new Problem('SCENARIO_RUNNING', `Scenario ${name} is running: stop it, or wait until it has ended.`);
  }
}

/** Read when somebody first asks for scenarios. */
async function shippedScenarios(): Promise<Map<string, Scenario>> {
  const files = (await readdir(shippedDirectory)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(shippedDirectory, file), 'utf8')));
  const scenarios = await Promise.all(texts.map(readScenario));
  return new Map(scenarios.map((scenario) => [scenario.name, scenario]));
}
