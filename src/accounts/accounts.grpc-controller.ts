import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { OnlyAccount } from '../edge/caller.js';
import { IdempotencyKey } from '../edge/idempotency-key.js';
import type { PageAnswer } from '../edge/page.js';
import { Payload } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import {
  AccountMessage,
  BalancesMessage,
  CreateAccountMessage,
  FundsMessage,
  ListAccountsRequest,
  ListAccountTradesMessage,
  ListLedgerMessage,
  TransferMessage,
  UpdateAccountMessage,
} from './account-requests.js';
import type { AccountTradeView, AccountView, BalancesView, LedgerEntryView, TransferView } from './account-views.js';
import { AccountsService } from './accounts.service.js';

const service = 'AccountService';

/** The same as REST. The idempotency key is a field of the message, or else metadata. */
@Controller()
export class AccountsGrpcController {
  constructor(private readonly accounts: AccountsService) {}

  @GrpcMethod(service, 'CreateAccount')
  @Access('admin')
  async createAccount(
    @Payload() request: CreateAccountMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ account: AccountView }> {
    return { account: await this.accounts.create(request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'GetAccount')
  @Access('read')
  async getAccount(@Payload() request: AccountMessage): Promise<{ account: AccountView }> {
    return { account: await this.accounts.get(idOf(request)) };
  }

  @GrpcMethod(service, 'ListAccounts')
  @Access('read')
  listAccounts(
    @Payload() request: ListAccountsRequest,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<PageAnswer<AccountView>> {
    return this.accounts.list(request, onlyAccountId);
  }

  @GrpcMethod(service, 'UpdateAccount')
  @Access('admin')
  async updateAccount(
    @Payload() request: UpdateAccountMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ account: AccountView }> {
    return { account: await this.accounts.update(idOf(request), request, origin) };
  }

  @GrpcMethod(service, 'Deposit')
  @Access('admin')
  async deposit(
    @Payload() request: FundsMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ transfer: TransferView }> {
    return { transfer: await this.accounts.deposit(idOf(request), request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'Withdraw')
  @Access('transfer')
  async withdraw(
    @Payload() request: FundsMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ transfer: TransferView }> {
    return { transfer: await this.accounts.withdraw(idOf(request), request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'Transfer')
  @Access('transfer')
  async transfer(
    @Payload() request: TransferMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ transfer: TransferView }> {
    return { transfer: await this.accounts.transfer(request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'GetBalances')
  @Access('read')
  getBalances(@Payload() request: BalancesMessage): Promise<BalancesView> {
    return this.accounts.balances(idOf(request), request.asset);
  }

  @GrpcMethod(service, 'ListLedgerEntries')
  @Access('read')
  listLedgerEntries(@Payload() request: ListLedgerMessage): Promise<PageAnswer<LedgerEntryView>> {
    return this.accounts.ledger(idOf(request), request);
  }

  @GrpcMethod(service, 'ListAccountTrades')
  @Access('read')
  listAccountTrades(@Payload() request: ListAccountTradesMessage): Promise<PageAnswer<AccountTradeView>> {
    return this.accounts.trades(idOf(request), request);
  }
}

function idOf({ accountId }: AccountMessage): number {
  return parseId('acc', accountId)!;
}
