import type { LiquidityModel, MarketDefinition, VenueDefinition } from '../engine/instrument.js';
import type { Origin } from '../journal/journal.js';
import type { Venue } from '../venue/venue.js';
import type { Fault } from './fault.js';

/** What a level shows comes back within a second, where without the fault it would never run dry. */
const refillMsOfEndless = 1_000;

/**
 * What faults make of markets: they enter the exchange as what they are there, a changed definition or status, and so
 * are in the journal. Each change is made from all faults in force, so that it does not matter in which order they end.
 */
export class MarketConditions {
  private changing: Promise<void> = Promise.resolve();

  constructor(private readonly venue: Venue) {}

  /** Brings the markets to what these faults, and no others, make of them; `reopened` are those that a halt has left. */
  apply(inForce: readonly Fault[], reopened: Fault | undefined, origin: Origin): Promise<void> {
    const change = this.changing.then(() => this.change(inForce, reopened, origin));
    this.changing = change.catch(() => undefined);
    return change;
  }

  private async change(inForce: readonly Fault[], reopened: Fault | undefined, origin: Origin): Promise<void> {
    const { venue } = this.venue.exchange.state;
    if (venue === undefined) return;
    await this.venue.configure(disturbed(venue, inForce), origin);
    const halts = inForce.filter(({ definition }) => definition.kind === 'halt');
    for (const symbol of [...this.venue.exchange.markets.keys()]) {
      const isHalted = halts.some((fault) => concerns(fault, symbol));
      if (!isHalted && (reopened === undefined || !concerns(reopened, symbol))) continue;
      const status = isHalted ? 'HALTED' : 'OPEN';
      await this.venue.submit({ type: 'ChangeMarketStatus', symbol, status }, origin);
    }
  }
}

function disturbed(venue: VenueDefinition, inForce: readonly Fault[]): VenueDefinition {
  return {
    ...venue,
    markets: venue.markets.map(({ liquidity: _before, ...market }): MarketDefinition => {
      const model = inForce
        .filter((fault) => concerns(fault, market.symbol))
        .reduce((changed, fault) => disturbedModel(changed, fault), venue.liquidity);
      return model === venue.liquidity ? market : { ...market, liquidity: model };
    }),
  };
}

function disturbedModel(model: LiquidityModel, { definition }: Fault): LiquidityModel {
  const { multiplier = 1, percent = 0 } = definition.parameters;
  if (definition.kind === 'spread') {
    const { halfSpreadTicks, halfSpreadBps } = model;
    return { ...model, halfSpreadTicks: halfSpreadTicks * multiplier, halfSpreadBps: halfSpreadBps * multiplier };
  }
  if (definition.kind !== 'liquidity-withdrawal') return model;
  if (percent === 100) return { ...model, quantityPercent: [] };
  return {
    ...model,
    quantityPercent: model.quantityPercent.map((each) => Math.max(1, Math.floor((each * (100 - percent)) / 100))),
    refillMs: model.refillMs || refillMsOfEndless,
  };
}

function concerns({ definition }: Fault, symbol: string): boolean {
  return definition.target.symbol === undefined || definition.target.symbol === symbol;
}
