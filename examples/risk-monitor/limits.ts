import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { unitsOf } from '../decimals.ts';

export interface AccountLimits {
  /** In units of the valuation asset. */
  readonly exposure: bigint;
  readonly drawdownPercent: bigint;
}

export interface PegLimit {
  readonly symbol: string;
  readonly price: bigint;
  readonly deviationBps: bigint;
}

export interface Limits {
  /** The asset that everything is valued in. */
  readonly valuation: string;
  readonly warnAtPercent: bigint;
  readonly everyAccount: AccountLimits;
  readonly accounts: ReadonlyMap<string, AccountLimits>;
  readonly pegs: readonly PegLimit[];
  readonly settlement: { readonly timeoutMs: number; readonly pollMs: number };
  readonly connection: { readonly silenceMs: number };
}

export type Severity = 'WARNING' | 'CRITICAL';

/** How bad it is to have used so much of a limit. */
export function severityOf(used: bigint, limit: bigint, warnAtPercent: bigint): Severity | undefined {
  if (used > limit) return 'CRITICAL';
  return used * 100n >= limit * warnAtPercent ? 'WARNING' : undefined;
}

export function limitsOf(account: string, { accounts, everyAccount }: Limits): AccountLimits {
  return accounts.get(account) ?? everyAccount;
}

const ofAccounts = ['exposure', 'drawdownPercent'];

/** Reads the file of limits. Throws with what is wrong and where. */
export function readLimits(path: string): Limits {
  const names = ['valuation', 'warnAtPercent', 'everyAccount', 'accounts', 'pegs', 'settlement', 'connection'];
  const file = new Section(path, parse(readFileSync(path, 'utf8')), names);
  const everyAccount = file.section('everyAccount', ofAccounts);
  const [accounts, pegs] = [file.section('accounts'), file.section('pegs')];
  const settlement = file.section('settlement', ['timeoutMs', 'pollMs']);
  const limitsOfAccount = (name: string) => accountLimits(accounts.section(name, ofAccounts, everyAccount));
  return {
    valuation: file.matching('valuation', /^[A-Z0-9]{1,16}$/, 'the name of an asset, such as USD'),
    warnAtPercent: BigInt(file.whole('warnAtPercent', 1, 100)),
    everyAccount: accountLimits(everyAccount),
    accounts: new Map(accounts.names.map((name) => [name, limitsOfAccount(name)])),
    pegs: pegs.names.map((name) => pegLimit(pegs.section(name, ['symbol', 'price', 'deviationBps']))),
    settlement: {
      timeoutMs: settlement.whole('timeoutMs', 1, 86_400_000),
      pollMs: settlement.whole('pollMs', 10, 3_600_000),
    },
    connection: { silenceMs: file.section('connection', ['silenceMs']).whole('silenceMs', 100, 3_600_000) },
  };
}

function accountLimits(section: Section): AccountLimits {
  return { exposure: section.amount('exposure'), drawdownPercent: BigInt(section.whole('drawdownPercent', 1, 100)) };
}

function pegLimit(section: Section): PegLimit {
  return {
    symbol: section.matching('symbol', /^[A-Z0-9]{1,16}-[A-Z0-9]{1,16}$/, 'a market, such as USDT-USD'),
    price: section.amount('price'),
    deviationBps: BigInt(section.whole('deviationBps', 1, 10_000)),
  };
}

/** A part of the file, which knows its place for whoever has to mend it. */
class Section {
  private readonly place: string;
  private readonly value: Readonly<Record<string, unknown>>;

  /** With `known` names it may have no others; what it does not say is as `otherwise` says. */
  constructor(place: string, value: unknown, known?: readonly string[], otherwise?: Section) {
    if (typeof value !== 'object' || value === null) throw new Error(`${place} must be a mapping or a list`);
    const unknown = known && Object.keys(value).find((name) => !known.includes(name));
    if (unknown) throw new Error(`${place}: there is no ${unknown}; there are ${known.join(', ')}`);
    this.place = place;
    this.value = { ...otherwise?.value, ...value };
  }

  get names(): readonly string[] {
    return Object.keys(this.value);
  }

  section(name: string, known?: readonly string[], otherwise?: Section): Section {
    return new Section(`${this.place}: ${name}`, this.value[name], known, otherwise);
  }

  matching(name: string, pattern: RegExp, allowed: string): string {
    const value = this.value[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Error(`${this.place}: ${name} is ${JSON.stringify(value)}; it must be ${allowed}`);
  }

  amount(name: string): bigint {
    const allowed = 'a decimal above zero in quotes, such as "5000"';
    return unitsOf(this.matching(name, /^(?=.*[1-9])\d{1,30}(\.\d{1,18})?$/, allowed));
  }

  whole(name: string, least: number, most: number): number {
    const value = this.value[name];
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new Error(`${this.place}: ${name} is ${JSON.stringify(value)}; it must be from ${least} to ${most}`);
  }
}
