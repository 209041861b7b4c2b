import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { Command } from 'commander';
import { wholeNumber } from './command-line.js';
import { fateOfOrders } from './scenario/figures.js';
import { playScenario, type ShowReport } from './scenario/scenario-show.js';

const program = new Command('scenario')
  .description(
    'Plays a named scenario on an exchange of its own, with traders, a custodian and a risk monitor, and says at the ' +
      'end what happened and whether everything still adds up.',
  )
  .argument('<name>', 'such as stablecoin-depeg, flash-crash, exchange-outage, settlement-failure, brownout')
  .option('--seconds <count>', 'how long it takes, whatever it is written down with', wholeNumber, 30)
  .option('--traders <count>', 'how many trade meanwhile', wholeNumber, 4)
  .option('--seed <number>', 'what prices and choices begin with', wholeNumber, 1)
  .parse();

const [scenario] = program.args as [string];
const { seconds, traders, seed } = program.opts<{ seconds: number; traders: number; seed: number }>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const bar = new SingleBar({ format: '{bar} {percentage} % | {text}', noTTYOutput: true }, Presets.shades_classic);
try {
  bar.start(100, 0, { text: 'starting an exchange, a custodian and a risk monitor' });
  const report = await playScenario({
    ...{ scenario, seconds, traders, seed },
    onProgress: (progress, text) => bar.update(Math.round(progress * 100), { text }),
  });
  bar.stop();
  process.stdout.write(textOf(report));
  process.exit(report.status === 'DONE' && report.invariants.every(({ ok }) => ok) ? 0 : 1);
} catch (error) {
  bar.stop();
  process.stderr.write(`\nThe scenario could not be played. ${(error as Error).message}\n`);
  process.exit(1);
}

function textOf({ description, status, steps, told, alerts, invariants }: ShowReport): string {
  const begun = Date.parse(steps.find(({ doneAt }) => doneAt !== undefined)?.doneAt ?? '');
  const timeline = plainTable(['after', 'step', 'fault', 'struck']);
  for (const { text, doneAt, faultId, struck } of steps) {
    const after = doneAt === undefined ? 'never' : `${((Date.parse(doneAt) - begun) / 1_000).toFixed(1)} s`;
    timeline.push([after, text, faultId ?? '', struck ?? '']);
  }
  const raised = alerts.filter(({ type }) => type === 'raised');
  const alertTable = plainTable(['alert', 'severity', 'subject', 'latency', 'what']);
  for (const { kind, severity, subject, latencyMs, detail } of raised.slice(0, 20)) {
    alertTable.push([kind, severity, subject, latencyMs === undefined ? '' : `${latencyMs} ms`, detail]);
  }
  const proof = plainTable(['invariant', 'holds', '']);
  for (const { name, ok, detail } of invariants) proof.push([name, ok ? 'yes' : 'NO', detail]);
  const more = raised.length > 20 ? `\nand ${raised.length - 20} more alerts` : '';
  return [
    `\n${description}\n(${status})\n`,
    timeline.toString(),
    `\nOrders: ${fateOfOrders(told)}\n`,
    raised.length === 0 ? 'The risk monitor raised no alert.' : `${alertTable.toString()}${more}`,
    `\n${proof.toString()}\n`,
  ].join('\n');
}

function plainTable(head: string[]) {
  return new Table({ head, style: { head: [], border: [] } });
}
