import type { Random } from '../crash/random.js';

const kept = 300;

export interface KnownKey {
  readonly secret: string;
  readonly canCommand: boolean;
}

/** What there is in the exchange, learnt from its answers, so that inputs can name it. */
export class KnownThings {
  /** The accounts that were made to be used; they are looked after. */
  readonly accounts: string[] = [];
  private readonly ids = new Map<string, Set<string>>();
  private readonly keys = new Map<string, string>();
  private readonly open = new Set<string>();
  private readonly named = new Map<string, string>();
  private readonly cursors = new Set<string>();
  private readonly apiKeys: KnownKey[] = [];

  /** Takes every public id and cursor from an answer. */
  learn(text: string): void {
    for (const [id, prefix] of text.matchAll(/\b(ord|tfr|trd|ins|flt)-[1-9][0-9]*\b/g)) this.add(this.of(prefix!), id);
    const cursor = /"nextCursor":"([^"]+)"/.exec(text)?.[1];
    if (cursor !== undefined) this.add(this.cursors, cursor);
    const key = /"keyId":"(key-[0-9]+)","accountId":"(acc-[0-9]+)"/.exec(text);
    if (key !== null) this.keys.set(key[2]!, key[1]!);
    const [, secret] = /"key":"(exs_[^"]+)"/.exec(text) ?? [];
    if (secret !== undefined) this.apiKeys.push({ secret, canCommand: /"scopes":\[[^\]]*(trade|transfer)/.test(text) });
    for (const [, order] of text.matchAll(/("orderId":"ord-[^}]*?"status":"[A-Z_]+")/g)) this.learnOrder(order!);
  }

  account(random: Random): string {
    return random.pick(this.accounts);
  }

  id(prefix: string, random: Random): string {
    const known = [...this.of(prefix)];
    return known.length > 0 && random.chance(0.97) ? random.pick(known) : `${prefix}-${random.between(1, 5_000)}`;
  }

  /** One that waits, as far as is known. */
  openOrder(random: Random): string {
    return this.open.size > 0 && random.chance(0.8) ? random.pick([...this.open]) : this.id('ord', random);
  }

  /** The name that the client gave to an order of the account. */
  clientOrderId(accountId: string): string {
    return this.named.get(accountId) ?? 'c-1';
  }

  keyOf(accountId: string): string {
    return this.keys.get(accountId) ?? 'key-1';
  }

  /** One of the newest: the others are revoked, as accounts have a few each. */
  apiKey(random: Random): KnownKey {
    return random.pick(this.apiKeys.slice(-2 * this.accounts.length));
  }

  cursor(random: Random): string {
    return this.cursors.size > 0 ? random.pick([...this.cursors]) : 'b3JkZXJzOjQy';
  }

  private learnOrder(text: string): void {
    const id = /"orderId":"(ord-\d+)"/.exec(text)![1]!;
    if (/"status":"(ORDER_STATUS_)?(NEW|PARTIALLY_FILLED)"$/.test(text)) this.add(this.open, id);
    else this.open.delete(id);
    const [, clientOrderId] = /"clientOrderId":"([^"]+)"/.exec(text) ?? [];
    const [, accountId] = /"accountId":"([^"]+)"/.exec(text) ?? [];
    if (clientOrderId !== undefined && accountId !== undefined) this.named.set(accountId, clientOrderId);
  }

  private of(prefix: string): Set<string> {
    return this.ids.get(prefix) ?? this.ids.set(prefix, new Set()).get(prefix)!;
  }

  private add(known: Set<string>, id: string): void {
    known.add(id);
    if (known.size > kept) known.delete(known.values().next().value!);
  }
}
