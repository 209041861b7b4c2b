import { assertInvariant } from './assert.js';
import type { Command, Side, Stamp } from './command.js';
import { changeAccountStatus, deposit, openAccount, transfer, withdraw } from './decisions/account-decisions.js';
import { issueApiKey, noteApiKeyUses, revokeApiKey } from './decisions/api-key-decisions.js';
import { armCancelOnDisconnect, disarmCancelOnDisconnect } from './decisions/disconnect-decisions.js';
import { endFault, injectFault } from './decisions/fault-decisions.js';
import { cancelOrder, cancelOrders, placeOrder, releaseOrder } from './decisions/order-decisions.js';
import { engageKillSwitch, releaseKillSwitch, setRiskLimits } from './decisions/risk-decisions.js';
import { closeSettlementCycle, noteInstructionStatuses } from './decisions/settlement-decisions.js';
import { changeMarketStatus, configureVenue, movePrices } from './decisions/venue-decisions.js';
import type { Event } from './event.js';
import type { Account } from './ledger/account.js';
import type { BalanceAfter } from './ledger/balance-after.js';
import { LadderOrderBook } from './matching/ladder-order-book.js';
import type { Market } from './matching/market.js';
import type { DepthLevel, OrderBookFactory } from './matching/order-book.js';
import type { Reject } from './reject.js';
import { surveyLimits } from './risk/limits/limit-survey.js';
import { State } from './state.js';

/** What a command came to. Without events nothing has changed and nothing needs to be kept. */
export interface Execution {
  readonly events: readonly Event[];
  /** The customers' balances that the events have changed, accounts ascending, and the assets of each by their names. */
  readonly balances: readonly BalanceAfter[];
  readonly reject?: Reject;
}

/** What a decision works with: the state to look at, the command's stamp, and the door for what it decides. */
export interface Decision {
  readonly state: State;
  readonly stamp: Stamp;
  emit(event: Event): void;
}

/**
 * The exchange itself: a synchronous state machine without clock, randomness or I/O. The same commands
 * with the same stamps lead to the same events and the same state, on any machine.
 */
export class Exchange {
  readonly state: State;

  constructor(createBook: OrderBookFactory = () => new LadderOrderBook()) {
    this.state = new State(createBook);
  }

  /** Decides a command and carries it out. Each event takes effect the moment it is decided. */
  execute(command: Command, stamp: Stamp): Execution {
    this.assertNext(stamp);
    const events: Event[] = [];
    const { state } = this;
    const decision: Decision = {
      state,
      stamp,
      emit(event) {
        state.apply(event, stamp);
        events.push(event);
      },
    };
    const reject = decide(command, decision);
    if (state.risk.limited.size > 0) surveyLimits(events, decision);
    if (events.length > 0) this.advance(stamp);
    const balances = state.ledger.takeChanges();
    return reject === undefined ? { events, balances } : { events, balances, reject };
  }

  /** Takes over what a record of the journal says has happened, and gives the balances that this has changed. */
  apply(events: readonly Event[], stamp: Stamp): readonly BalanceAfter[] {
    this.assertNext(stamp);
    for (const event of events) this.state.apply(event, stamp);
    this.advance(stamp);
    return this.state.ledger.takeChanges();
  }

  get sequence(): number {
    return this.state.sequence;
  }

  get time(): number {
    return this.state.time;
  }

  account(accountId: number): Account | undefined {
    return accountId > 0 ? this.state.ledger.accounts.get(accountId) : undefined;
  }

  market(symbol: string): Market | undefined {
    return this.state.markets.get(symbol);
  }

  get markets(): ReadonlyMap<string, Market> {
    return this.state.markets;
  }

  /** The best levels of a side, customers and liquidity provider together, best first. */
  depth(symbol: string, side: Side, levelsMax: number): DepthLevel[] {
    return this.state.market(symbol).depth(side, levelsMax);
  }

  private assertNext(stamp: Stamp): void {
    assertInvariant(stamp.sequence === this.state.sequence + 1, 'commands come in sequence');
    assertInvariant(stamp.time >= this.state.time, 'time does not go back');
  }

  private advance(stamp: Stamp): void {
    this.state.sequence = stamp.sequence;
    this.state.time = stamp.time;
  }
}

function decide(command: Command, decision: Decision): Reject | undefined {
  switch (command.type) {
    case 'PlaceOrder':
      return placeOrder(command, decision);
    case 'CancelOrder':
      return cancelOrder(command, decision);
    case 'CancelOrders':
      return cancelOrders(command, decision);
    case 'ArmCancelOnDisconnect':
      return armCancelOnDisconnect(command, decision);
    case 'DisarmCancelOnDisconnect':
      return disarmCancelOnDisconnect(command, decision);
    case 'MovePrices':
      return movePrices(command, decision);
    case 'OpenAccount':
      return openAccount(command, decision);
    case 'ChangeAccountStatus':
      return changeAccountStatus(command, decision);
    case 'Deposit':
      return deposit(command, decision);
    case 'Withdraw':
      return withdraw(command, decision);
    case 'Transfer':
      return transfer(command, decision);
    case 'ConfigureVenue':
      return configureVenue(command, decision);
    case 'ChangeMarketStatus':
      return changeMarketStatus(command, decision);
    case 'IssueApiKey':
      return issueApiKey(command, decision);
    case 'RevokeApiKey':
      return revokeApiKey(command, decision);
    case 'NoteApiKeyUses':
      return noteApiKeyUses(command, decision);
    case 'SetRiskLimits':
      return setRiskLimits(command, decision);
    case 'EngageKillSwitch':
      return engageKillSwitch(command, decision);
    case 'ReleaseKillSwitch':
      return releaseKillSwitch(command, decision);
    case 'CloseSettlementCycle':
      return closeSettlementCycle(command, decision);
    case 'NoteInstructionStatuses':
      return noteInstructionStatuses(command, decision);
    case 'ReleaseOrder':
      return releaseOrder(command, decision);
    case 'InjectFault':
      return injectFault(command, decision);
    case 'EndFault':
      return endFault(command, decision);
    default:
      return command satisfies never;
  }
}
