import type {
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  sendUnaryData,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decimalOf } from '../decimals.ts';
import type { AccountBook, Standing } from './account-book.ts';
import type { AlertChange } from './alerts.ts';
import type { Monitor } from './monitor.ts';

const streamsMax = 100;
const listedMax = 1_000;
/** A reader that lets so many messages wait is cut off; it asks again. */
const waitingMessagesMax = 10_000;

const proto = new URL('risk_monitor.proto', import.meta.url).pathname;

export interface Service {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** What others may ask the monitor. */
export function riskMonitorService(monitor: Monitor): Service {
  return {
    definition: loadSync(proto, { longs: Number })['riskmonitor.v1.RiskMonitorService'] as ServiceDefinition,
    implementation: {
      listAlerts: unary(({ activeOnly, limit = listedMax }: { activeOnly?: boolean; limit?: number }) => {
        const alerts = monitor.alerts.list().filter(({ clearedAt }) => !activeOnly || clearedAt === undefined);
        return { alerts: alerts.slice(-Math.min(Math.max(limit, 1), listedMax)) };
      }),
      listAccounts: unary(({ accountId }: { accountId?: string }) => ({ accounts: accountsOf(monitor, accountId) })),
      streamAlerts: alertStreams(monitor),
    },
  };
}

function unary<Request>(answer: (request: Request) => object) {
  return ({ request }: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>): void => {
    callback(null, answer(request));
  };
}

function alertStreams({ alerts }: Monitor) {
  let streams = 0;
  return (call: ServerWritableStream<object, object>): void => {
    if (streams >= streamsMax) {
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: `${streamsMax} streams are open` });
      return;
    }
    streams += 1;
    const send = (change: AlertChange) => {
      if (call.writableLength > waitingMessagesMax) call.end();
      else call.write(change);
    };
    for (const alert of alerts.list()) if (alert.clearedAt === undefined) send({ type: 'raised', alert });
    const unfollow = alerts.onChange(send);
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      streams -= 1;
      unfollow();
    };
    call.on('cancelled', close).on('close', close).on('error', close);
  };
}

function accountsOf({ accounts, marks }: Monitor, accountId: string | undefined): object[] {
  const shown: object[] = [];
  for (const { book, standing } of accounts?.standings(accountId) ?? []) {
    const positions = positionsOf(book, marks);
    shown.push({ accountId: book.accountId, positions, ...(standing && inDecimals(standing)) });
    if (shown.length === listedMax) break;
  }
  return shown;
}

function positionsOf({ holdings }: AccountBook, marks: Monitor['marks']): object[] {
  return [...holdings].map(([asset, quantity]) => {
    const worth = marks?.worth(asset, quantity);
    return { asset, quantity: decimalOf(quantity), ...(worth !== undefined && { worth: decimalOf(worth) }) };
  });
}

function inDecimals({ equity, exposure, peak }: Standing): object {
  return { equity: decimalOf(equity), exposure: decimalOf(exposure), drawdown: decimalOf(peak - equity) };
}
