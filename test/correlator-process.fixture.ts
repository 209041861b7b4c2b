import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Answer } from './exchange-driver.fixture.js';

/** The reference correlator of examples/, as a process of its own. */
export class CorrelatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    private readonly http: string,
  ) {}

  /** On free ports, unless others are given; what it keeps is in a file, if that is named. */
  static async start(options: Record<string, string> = {}, environment: Record<string, string> = {}) {
    const all = { port: '0', 'http-port': '0', ...options };
    const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['examples/audit-correlator/main.ts', ...flags], {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
    const [, address, http] = /ready on (\S+), (\S+)/.exec(line)!;
    return new CorrelatorProcess(child, address!, http!);
  }

  get port(): string {
    return this.address.slice(this.address.lastIndexOf(':') + 1);
  }

  /** What it has noticed of a venue; `undefined` if nothing. */
  async venue(venueId: string): Promise<Answer | undefined> {
    const answer = await fetch(`${this.http}/venues/${venueId}`);
    return answer.ok ? answer.json() : undefined;
  }

  /** The events that it keeps of a venue, all that fit the query. */
  async events(venueId: string, query = ''): Promise<Answer[]> {
    const events: Answer[] = [];
    for (;;) {
      const after = events.at(-1)?.sequence ?? 0;
      const page = (await (
        await fetch(`${this.http}/venues/${venueId}/events?limit=500&after=${after}${query}`)
      ).json()) as Answer[];
      events.push(...page);
      if (page.length < 500) return events;
    }
  }

  /** Ends it at once, as kill -9 does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
