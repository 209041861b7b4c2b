import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { IdempotencyKey } from '../edge/idempotency-key.js';
import type { PageAnswer } from '../edge/page.js';
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
  async createAccount(
    @Payload() request: CreateAccountMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ account: AccountView }> {
    return { account: await this.accounts.create(request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'GetAccount')
  async getAccount(@Payload() request: AccountMessage): Promise<{ account: AccountView }> {
    return { account: await this.accounts.get(idOf(request)) };
  }

  @GrpcMethod(service, 'ListAccounts')
  listAccounts(@Payload() request: ListAccountsRequest): Promise<PageAnswer<AccountView>> {
    return this.accounts.list(request);
  }

  @GrpcMethod(service, 'UpdateAccount')
  async updateAccount(
    @Payload() request: UpdateAccountMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ account: AccountView }> {
    return { account: await this.accounts.update(idOf(request), request, origin) };
  }

  @GrpcMethod(service, 'Deposit')
  async deposit(
    @Payload() request: FundsMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ transfer: TransferView }> {
    return { transfer: await this.accounts.deposit(idOf(request), request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'Withdraw')
  async withdraw(
    @Payload() request: FundsMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ transfer: TransferView }> {
    return { transfer: await this.accounts.withdraw(idOf(request), request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'Transfer')
  async transfer(
    @Payload() request: TransferMessage,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<{ transfer: TransferView }> {
    return { transfer: await this.accounts.transfer(request, origin, request.idempotencyKey ?? key) };
  }

  @GrpcMethod(service, 'GetBalances')
  getBalances(@Payload() request: BalancesMessage): Promise<BalancesView> {
    return this.accounts.balances(idOf(request), request.asset);
  }

  @GrpcMethod(service, 'ListLedgerEntries')
  listLedgerEntries(@Payload() request: ListLedgerMessage): Promise<PageAnswer<LedgerEntryView>> {
    return this.accounts.ledger(idOf(request), request);
  }

  @GrpcMethod(service, 'ListAccountTrades')
  listAccountTrades(@Payload() request: ListAccountTradesMessage): Promise<PageAnswer<AccountTradeView>> {
    return this.accounts.trades(idOf(request), request);
  }
}

function idOf({ accountId }: AccountMessage): number {
  return parseId('acc', accountId)!;
}
