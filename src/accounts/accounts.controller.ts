import { Controller, Get, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems, accountIdParam, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { OnlyAccount } from '../edge/caller.js';
import { IdempotencyKey, idempotencyKeyHeader } from '../edge/idempotency-key.js';
import { type PageAnswer, PageRequest } from '../edge/page.js';
import { Body, Param, Query } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { AssetPipe, PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import {
  CreateAccountRequest,
  FundsRequest,
  ListAccountsRequest,
  ListAccountTradesRequest,
  ListLedgerRequest,
  UpdateAccountRequest,
} from './account-requests.js';
import {
  AccountTradeView,
  AccountView,
  AssetBalanceView,
  BalancesView,
  LedgerEntryView,
  TransferView,
} from './account-views.js';
import { AccountsService } from './accounts.service.js';
import { AuditEntryView } from './audit-entry.js';
import { AuditTrail } from './audit-trail.js';

const accountIdPipe = new PublicIdPipe('acc');
export const idempotencyHeader = {
  name: idempotencyKeyHeader,
  required: false,
  description: 'The same key with the same request gives the first answer again, for ever.',
  example: 'my-deposit-1',
};

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly auditTrail: AuditTrail,
  ) {}

  @Post()
  @Access('admin')
  @ApiOperation({ summary: 'Create an account', description: 'There is no money in it yet: deposit some.' })
  @ApiHeader(idempotencyHeader)
  @ApiCreatedResponse({ description: 'The account.', type: AccountView })
  @ApiProblems('VALIDATION_FAILED', 'IDEMPOTENCY_KEY_REUSED', ...bodyProblems, ...unavailableProblems)
  create(
    @Body() request: CreateAccountRequest,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<AccountView> {
    return this.accounts.create(request, origin, key);
  }

  @Get()
  @Access('read')
  @ApiOperation({
    summary: 'List accounts, oldest first',
    description: 'An API key is told of its own account alone.',
  })
  @ApiPage(AccountView, 'A page of accounts.')
  @ApiProblems('VALIDATION_FAILED')
  list(@Query() request: ListAccountsRequest, @OnlyAccount() onlyAccountId?: number): Promise<PageAnswer<AccountView>> {
    return this.accounts.list(request, onlyAccountId);
  }

  @Get(':accountId')
  @Access('read')
  @ApiOperation({ summary: 'Get an account' })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'The account.', type: AccountView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  get(@Param('accountId', accountIdPipe) accountId: number): Promise<AccountView> {
    return this.accounts.get(accountId);
  }

  @Patch(':accountId')
  @Access('admin')
  @ApiOperation({ summary: 'Suspend an account, make it active again, or close it' })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'The account after the change.', type: AccountView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    ...bodyProblems,
    'ACCOUNT_CLOSED',
    'ACCOUNT_HAS_OPEN_ORDERS',
    'ACCOUNT_NOT_EMPTY',
    ...unavailableProblems,
  )
  update(
    @Param('accountId', accountIdPipe) accountId: number,
    @Body() request: UpdateAccountRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<AccountView> {
    return this.accounts.update(accountId, request, origin);
  }

  @Post(':accountId/deposits')
  @Access('admin')
  @ApiOperation({ summary: 'Bring money from the outside world into an account' })
  @ApiParam(accountIdParam)
  @ApiHeader(idempotencyHeader)
  @ApiCreatedResponse({ description: 'The deposit.', type: TransferView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    'ASSET_NOT_FOUND',
    'IDEMPOTENCY_KEY_REUSED',
    ...bodyProblems,
    'ACCOUNT_NOT_ACTIVE',
    'SETTLEMENT_BACKLOG',
    'BALANCE_LIMIT',
    ...unavailableProblems,
  )
  deposit(
    @Param('accountId', accountIdPipe) accountId: number,
    @Body() request: FundsRequest,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<TransferView> {
    return this.accounts.deposit(accountId, request, origin, key);
  }

  @Post(':accountId/withdrawals')
  @Access('transfer')
  @ApiOperation({ summary: 'Take available money out of an account' })
  @ApiParam(accountIdParam)
  @ApiHeader(idempotencyHeader)
  @ApiCreatedResponse({ description: 'The withdrawal.', type: TransferView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    'ASSET_NOT_FOUND',
    'IDEMPOTENCY_KEY_REUSED',
    ...bodyProblems,
    'ACCOUNT_NOT_ACTIVE',
    'SETTLEMENT_BACKLOG',
    'INSUFFICIENT_FUNDS',
    ...unavailableProblems,
  )
  withdraw(
    @Param('accountId', accountIdPipe) accountId: number,
    @Body() request: FundsRequest,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<TransferView> {
    return this.accounts.withdraw(accountId, request, origin, key);
  }

  @Get(':accountId/balances')
  @Access('read')
  @ApiOperation({ summary: 'Get the balances of an account, as of one moment' })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'A balance for every asset of the exchange, zero or not.', type: BalancesView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  balances(@Param('accountId', accountIdPipe) accountId: number): Promise<BalancesView> {
    return this.accounts.balances(accountId);
  }

  @Get(':accountId/balances/:asset')
  @Access('read')
  @ApiOperation({ summary: 'Get the balance of one asset' })
  @ApiParam(accountIdParam)
  @ApiParam({ name: 'asset', description: 'The code of the asset.', example: 'USD' })
  @ApiOkResponse({ description: 'The balance.', type: AssetBalanceView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'ASSET_NOT_FOUND')
  async balance(
    @Param('accountId', accountIdPipe) account: number,
    @Param('asset', new AssetPipe()) asset: string,
  ): Promise<AssetBalanceView> {
    const { accountId, asOfSeq, balances } = await this.accounts.balances(account, asset);
    return { accountId, asOfSeq, ...balances[0]! };
  }

  @Get(':accountId/ledger')
  @Access('read')
  @ApiOperation({ summary: 'List every change of the balances of an account, newest first' })
  @ApiParam(accountIdParam)
  @ApiPage(LedgerEntryView, 'A page of ledger entries.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'ASSET_NOT_FOUND')
  ledger(
    @Param('accountId', accountIdPipe) accountId: number,
    @Query() request: ListLedgerRequest,
  ): Promise<PageAnswer<LedgerEntryView>> {
    return this.accounts.ledger(accountId, request);
  }

  @Get(':accountId/trades')
  @Access('read')
  @ApiOperation({ summary: "List an account's own trades, newest first" })
  @ApiParam(accountIdParam)
  @ApiPage(AccountTradeView, 'A page of trades.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'MARKET_NOT_FOUND')
  trades(
    @Param('accountId', accountIdPipe) accountId: number,
    @Query() request: ListAccountTradesRequest,
  ): Promise<PageAnswer<AccountTradeView>> {
    return this.accounts.trades(accountId, request);
  }

  @Get(':accountId/audit')
  @Access('read')
  @ApiOperation({
    summary: 'Tell what happened to an account and why, oldest first',
    description: 'One entry for each event that concerns the account, in the order in which they happened.',
  })
  @ApiParam(accountIdParam)
  @ApiPage(AuditEntryView, "A page of the account's audit trail.")
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  audit(
    @Param('accountId', accountIdPipe) accountId: number,
    @Query() request: PageRequest,
  ): Promise<PageAnswer<AuditEntryView>> {
    return this.auditTrail.list(accountId, request);
  }
}
