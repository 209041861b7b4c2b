import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import type { Asset } from '../engine/instrument.js';
import type { Account } from '../engine/ledger/account.js';
import type { Market } from '../engine/matching/market.js';
import { Problem } from './problem.js';

/** What requests name, found in the exchange; a `Problem` where there is no such thing. */

export function accountIn(exchange: Exchange, accountId: number): Account {
  const account = exchange.account(accountId);
  if (account !== undefined) return account;
  throw new Problem('ACCOUNT_NOT_FOUND', `There is no account ${formatId('acc', accountId)}.`);
}

export function marketIn(exchange: Exchange, symbol: string): Market {
  const market = exchange.market(symbol);
  if (market !== undefined) return market;
  const listed = [...exchange.markets.keys()].join(', ');
  throw new Problem('MARKET_NOT_FOUND', `There is no market ${symbol}; there are ${listed}.`);
}

export function assetIn(exchange: Exchange, code: string): Asset {
  const asset = assetsOf(exchange).find((candidate) => candidate.asset === code);
  if (asset !== undefined) return asset;
  const listed = assetsOf(exchange).map((candidate) => candidate.asset);
  throw new Problem('ASSET_NOT_FOUND', `There is no asset ${code}; there are ${listed.join(', ')}.`);
}

/** Every asset of the ledger, in the order of the configuration. */
export function assetsOf({ state }: Exchange): readonly Asset[] {
  return state.venue?.assets ?? [];
}
