import { Injectable } from '@nestjs/common';
import { AmountReader } from '../edge/amount-reader.js';
import { accountIn, assetIn, assetsOf, marketIn } from '../edge/directory.js';
import { type PageAnswer, pageAnswer, pageQuery } from '../edge/page.js';
import { Problem } from '../edge/problem.js';
import type { Deposit, Transfer, Withdraw } from '../engine/command.js';
import { formatId, parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import { Venue } from '../venue/venue.js';
import type {
  CreateAccountRequest,
  FundsRequest,
  ListAccountsRequest,
  ListAccountTradesRequest,
  ListLedgerRequest,
  TransferRequest,
  UpdateAccountRequest,
} from './account-requests.js';
import {
  type AccountTradeView,
  type AccountView,
  accountTradeView,
  accountView,
  type BalancesView,
  balanceView,
  type LedgerEntryView,
  ledgerEntryView,
  type TransferView,
  transferView,
} from './account-views.js';

/** What can be done with accounts, for REST and gRPC alike: requests in, views or a `Problem` out. */
@Injectable()
export class AccountsService {
  constructor(private readonly venue: Venue) {}

  async create({ name, ownerId, type }: CreateAccountRequest, origin: Origin, key?: string): Promise<AccountView> {
    const command = {
      type: 'OpenAccount',
      name,
      ownerId,
      accountType: type ?? 'CUSTOMER',
      idempotencyKey: key,
    } as const;
    const { sequence, conflict } = await this.venue.submit(command, origin);
    if (conflict) throw keyReused(key, `account ${formatId('acc', sequence)}`);
    return this.find(sequence);
  }

  async update(accountId: number, { status }: UpdateAccountRequest, origin: Origin): Promise<AccountView> {
    const { reject } = await this.venue.submit({ type: 'ChangeAccountStatus', accountId, status }, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    return this.find(accountId);
  }

  async get(accountId: number): Promise<AccountView> {
    await this.venue.durable();
    return this.find(accountId);
  }

  /** `onlyAccountId` is the one account that the caller may see, where it may not see all. */
  async list(request: ListAccountsRequest, onlyAccountId?: number): Promise<PageAnswer<AccountView>> {
    const { ownerId, status } = request;
    const query = { ...pageQuery('accounts', request), ownerId, status };
    await this.venue.durable();
    if (onlyAccountId !== undefined) return this.listOne(onlyAccountId, request);
    return pageAnswer('accounts', await this.venue.queries.accounts(query), accountView);
  }

  async deposit(accountId: number, request: FundsRequest, origin: Origin, key?: string): Promise<TransferView> {
    accountIn(this.venue.exchange, accountId);
    return this.move({ type: 'Deposit', accountId, ...this.funds(request), idempotencyKey: key }, origin);
  }

  async withdraw(accountId: number, request: FundsRequest, origin: Origin, key?: string): Promise<TransferView> {
    accountIn(this.venue.exchange, accountId);
    return this.move({ type: 'Withdraw', accountId, ...this.funds(request), idempotencyKey: key }, origin);
  }

  async transfer(request: TransferRequest, origin: Origin, key?: string): Promise<TransferView> {
    const { accountId: fromAccountId } = accountIn(this.venue.exchange, parseId('acc', request.fromAccountId)!);
    const { accountId: toAccountId } = accountIn(this.venue.exchange, parseId('acc', request.toAccountId)!);
    const funds = this.funds(request);
    return this.move({ type: 'Transfer', fromAccountId, toAccountId, ...funds, idempotencyKey: key }, origin);
  }

  /** Every asset of the exchange has a balance, zero or not; or the one asset that was asked for. */
  balances(accountId: number, code?: string): Promise<BalancesView> {
    return this.venue.read((exchange) => {
      const { balances } = accountIn(exchange, accountId);
      const assets = code === undefined ? assetsOf(exchange) : [assetIn(exchange, code)];
      return {
        accountId: formatId('acc', accountId),
        asOfSeq: exchange.sequence,
        balances: assets.map(({ asset, scale }) => balanceView(asset, scale, balances.get(asset))),
      };
    });
  }

  async ledger(accountId: number, request: ListLedgerRequest): Promise<PageAnswer<LedgerEntryView>> {
    const { exchange, queries } = this.venue;
    const { asset } = request;
    accountIn(exchange, accountId);
    if (asset !== undefined) assetIn(exchange, asset);
    const query = { ...pageQuery('ledger', request), accountId, asset };
    await this.venue.durable();
    const page = await queries.ledger(query);
    return pageAnswer('ledger', page, (entry) => ledgerEntryView(entry, assetIn(exchange, entry.asset).scale));
  }

  async trades(accountId: number, request: ListAccountTradesRequest): Promise<PageAnswer<AccountTradeView>> {
    const { exchange, queries } = this.venue;
    const { symbol } = request;
    accountIn(exchange, accountId);
    if (symbol !== undefined) marketIn(exchange, symbol);
    const query = { ...pageQuery('account-trades', request), accountId, symbol };
    await this.venue.durable();
    const page = await queries.fills(query);
    return pageAnswer('account-trades', page, (fill) =>
      accountTradeView(fill, marketIn(exchange, fill.symbol).instrument),
    );
  }

  /** A refused movement is kept with its id, and refused in the same way when it is sent again under its key. */
  private async move(command: Deposit | Withdraw | Transfer, origin: Origin): Promise<TransferView> {
    const { sequence, conflict, events, reject } = await this.venue.submit(command, origin);
    const transferId = formatId('tfr', sequence);
    if (conflict) throw keyReused(command.idempotencyKey, `transfer ${transferId}`);
    if (reject !== undefined && events.length === 0) throw Problem.rejected(reject);
    const transfer = (await this.venue.queries.transfer(sequence))!;
    const { rejectCode, rejectReason, asset } = transfer;
    if (rejectCode !== undefined) throw new Problem(rejectCode, rejectReason!, { transferId });
    return transferView(transfer, assetIn(this.venue.exchange, asset).scale);
  }

  private async listOne(accountId: number, filter: ListAccountsRequest): Promise<PageAnswer<AccountView>> {
    const account = await this.find(accountId);
    const { ownerId = account.ownerId, status = account.status, cursor } = filter;
    const isWanted = ownerId === account.ownerId && status === account.status && cursor === undefined;
    return { items: isWanted ? [account] : [], nextCursor: null };
  }

  private async find(accountId: number): Promise<AccountView> {
    const account = await this.venue.queries.account(accountId);
    if (account !== undefined) return accountView(account);
    throw new Problem('ACCOUNT_NOT_FOUND', `There is no account ${formatId('acc', accountId)}.`);
  }

  private funds({ asset, amount }: FundsRequest): { asset: string; amount: bigint } {
    const amounts = new AmountReader();
    const units = amounts.read('amount', amount, assetIn(this.venue.exchange, asset).scale);
    amounts.check();
    return { asset, amount: units };
  }
}

function keyReused(key: string | undefined, first: string): Problem {
  const detail = `Idempotency-Key ${key} belongs to ${first}, which was asked for in other terms; choose a new one.`;
  return new Problem('IDEMPOTENCY_KEY_REUSED', detail);
}
