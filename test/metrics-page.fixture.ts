/** One line of /metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What an exchange tells at /metrics, read as Prometheus would. */
export class MetricsPage {
  private constructor(
    readonly text: string,
    readonly samples: readonly Sample[],
    /** The name of each family and what kind it is. */
    readonly families: ReadonlyMap<string, string>,
  ) {}

  static async scrape(http: string): Promise<MetricsPage> {
    const response = await fetch(`${http}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    return MetricsPage.of(await response.text());
  }

  static of(text: string): MetricsPage {
    const lines = text.split('\n').filter((line) => line !== '');
    const families = lines.flatMap((line) => {
      const [, name, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, kind!] as const];
    });
    const samples = lines.filter((line) => !line.startsWith('#')).map(sampleOf);
    return new MetricsPage(text, samples, new Map(families));
  }

  has(name: string): boolean {
    return this.samples.some((sample) => sample.name === name);
  }

  /** The value of the one series with exactly these labels; 0 while there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const key = JSON.stringify(Object.entries(labels).sort());
    const found = this.samples.filter(
      (sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === key,
    );
    expect(found.length).toBeLessThan(2);
    return found[0]?.value ?? 0;
  }
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a line of metrics: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label!, text!] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
