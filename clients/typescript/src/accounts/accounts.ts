import type { CallOptions, KeyedCallOptions } from '../client-options.js';
import { randomKey } from '../random-key.js';
import type { Listing, PageQuery } from '../rest/listing.js';
import type { RestTransport } from '../rest/rest-transport.js';
import type { Account, AccountStatus, CreateAccountRequest, UpdateAccountRequest } from './account.js';
import type { AccountTrade } from './account-trade.js';
import type { AuditEntry } from './audit-entry.js';
import type { AssetBalance, Balances } from './balance.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { FundsRequest, Transfer, TransferRequest } from './transfer.js';

export interface ListAccountsQuery extends PageQuery {
  readonly ownerId?: string;
  readonly status?: AccountStatus;
}

export interface ListLedgerQuery extends PageQuery {
  readonly asset?: string;
}

export interface ListAccountTradesQuery extends PageQuery {
  readonly symbol?: string;
}

/** Whatever creates something or moves money carries an `Idempotency-Key`, and happens once however often it is sent. */
export class Accounts {
  constructor(private readonly rest: RestTransport) {}

  create(request: CreateAccountRequest, options?: KeyedCallOptions): Promise<Account> {
    return this.once(['accounts'], request, options);
  }

  get(accountId: string, options?: CallOptions): Promise<Account> {
    return this.rest.get(['accounts', accountId], undefined, options);
  }

  /** Oldest first. */
  list(query?: ListAccountsQuery, options?: CallOptions): Listing<Account> {
    return this.rest.list(['accounts'], query, options);
  }

  /** Suspends an account, makes it active again, or closes it. It is sent once. */
  update(accountId: string, request: UpdateAccountRequest, options?: CallOptions): Promise<Account> {
    const path = ['accounts', accountId];
    return this.rest.send({ method: 'PATCH', path, body: request, repeatable: false }, options);
  }

  deposit(accountId: string, request: FundsRequest, options?: KeyedCallOptions): Promise<Transfer> {
    return this.once(['accounts', accountId, 'deposits'], request, options);
  }

  withdraw(accountId: string, request: FundsRequest, options?: KeyedCallOptions): Promise<Transfer> {
    return this.once(['accounts', accountId, 'withdrawals'], request, options);
  }

  transfer(request: TransferRequest, options?: KeyedCallOptions): Promise<Transfer> {
    return this.once(['transfers'], request, options);
  }

  balances(accountId: string, options?: CallOptions): Promise<Balances> {
    return this.rest.get(['accounts', accountId, 'balances'], undefined, options);
  }

  balance(accountId: string, asset: string, options?: CallOptions): Promise<AssetBalance> {
    return this.rest.get(['accounts', accountId, 'balances', asset], undefined, options);
  }

  /** Every change of the balances, newest first. */
  ledger(accountId: string, query?: ListLedgerQuery, options?: CallOptions): Listing<LedgerEntry> {
    return this.rest.list(['accounts', accountId, 'ledger'], query, options);
  }

  /** The account's own trades, newest first. */
  trades(accountId: string, query?: ListAccountTradesQuery, options?: CallOptions): Listing<AccountTrade> {
    return this.rest.list(['accounts', accountId, 'trades'], query, options);
  }

  /** What happened to the account and why, oldest first. */
  audit(accountId: string, query?: PageQuery, options?: CallOptions): Listing<AuditEntry> {
    return this.rest.list(['accounts', accountId, 'audit'], query, options);
  }

  private once<Answer>(path: readonly string[], body: object, options?: KeyedCallOptions): Promise<Answer> {
    const idempotencyKey = options?.idempotencyKey ?? randomKey();
    return this.rest.send({ method: 'POST', path, body, idempotencyKey, repeatable: true }, options);
  }
}
