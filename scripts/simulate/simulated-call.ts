import { EventEmitter } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import type { Operation } from '../../src/edge/request-observer.js';
import { requestIdHeader } from '../../src/edge/request-origin.js';
import { grpcOperation, type UnaryCall } from '../../src/edge/unary-handler.js';
import type { Command } from '../../src/engine/command.js';
import { formatId } from '../../src/engine/ids.js';

/** A connection of a client. Once it is gone, the calls on it are given up, and no answer comes over it. */
export class SimulatedConnection {
  isOpen = true;
  private readonly calls = new Set<SimulatedCall>();

  add(call: SimulatedCall): void {
    this.calls.add(call);
  }

  /** As an HTTP/2 session is asked to. */
  destroy(): void {
    this.isOpen = false;
    for (const call of this.calls) call.giveUp();
  }
}

/** As much of a unary call of grpc-js as its handlers look at. */
export class SimulatedCall extends EventEmitter {
  cancelled = false;
  readonly metadata = new Metadata();
  readonly request: object;
  /** Where the connection is found under a call. */
  readonly call: object;

  constructor(
    readonly requestId: string,
    command: Command,
    readonly connection: SimulatedConnection,
  ) {
    super();
    this.metadata.set(requestIdHeader, requestId);
    this.request = namedBy(command);
    this.call = { stream: { session: connection } };
    connection.add(this);
  }

  sendMetadata(): void {
    // Nobody reads it.
  }

  /** The client waits no longer. */
  giveUp(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.emit('cancelled');
  }

  /** For handlers, to whom it is one of grpc-js. */
  get asUnary(): UnaryCall {
    return this as unknown as UnaryCall;
  }
}

/** By which method of gRPC a command is asked for; what has none is for operators. */
const methods: Partial<Record<Command['type'], string>> = {
  OpenAccount: '/exchange.v1.AccountService/CreateAccount',
  ChangeAccountStatus: '/exchange.v1.AccountService/UpdateAccount',
  Deposit: '/exchange.v1.AccountService/Deposit',
  Withdraw: '/exchange.v1.AccountService/Withdraw',
  Transfer: '/exchange.v1.AccountService/Transfer',
  PlaceOrder: '/exchange.v1.OrderService/PlaceOrder',
  CancelOrder: '/exchange.v1.OrderService/CancelOrder',
  CancelOrders: '/exchange.v1.OrderService/CancelOrders',
  SetRiskLimits: '/exchange.v1.RiskService/SetRiskLimits',
  EngageKillSwitch: '/exchange.v1.RiskService/EngageKillSwitch',
  ReleaseKillSwitch: '/exchange.v1.RiskService/ReleaseKillSwitch',
};

/** What is called for a command; `undefined` for what no client can ask for. */
export function operationFor({ type }: Command): Operation | undefined {
  const method = methods[type];
  return method === undefined ? undefined : grpcOperation(method);
}

/** The account and the market that a request for a command names, in public words. */
export function namedBy(command: Command): { readonly accountId?: string; readonly symbol?: string } {
  const { accountId, fromAccountId, symbol } = { ...command } as Readonly<Record<string, unknown>>;
  const named = accountId ?? fromAccountId;
  return {
    accountId: typeof named === 'number' ? formatId('acc', named) : undefined,
    symbol: typeof symbol === 'string' ? symbol : undefined,
  };
}
