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
/** A reader that lets so many messages wait is cut off; it asks again. */
const waitingMessagesMax = 10_000;

const proto = new URL('risk_monitor.proto', import.meta.url).pathname;

export interface Service {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** What others may ask the monitor. */
export function riskMonitorService(monitor: Monitor): Service {
  let streams = 0;
  return {
    definition: loadSync(proto, { longs: Number, defaults: false })[
      'riskmonitor.v1.RiskMonitorService'
    ] as ServiceDefinition,
    implementation: {
      listAlerts: unary(({ activeOnly }: { activeOnly?: boolean }) => {
        const alerts = monitor.alerts.list();
        return { alerts: activeOnly ? alerts.filter(({ clearedAt }) => clearedAt === undefined) : alerts };
      }),
      listAccounts: unary(() => ({ accounts: accountsOf(monitor) })),
      streamAlerts(call: ServerWritableStream<object, object>): void {
        if (streams >= streamsMax) {
          call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: `${streamsMax} streams are open` });
          return;
        }
        streams += 1;
        const end = streamTo(call, monitor);
        call.once('close', () => {
          streams -= 1;
          end();
        });
      },
    },
  };
}

function unary<Request>(answer: (request: Request) => object) {
  return ({ request }: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>): void => {
    callback(null, answer(request));
  };
}

function streamTo(call: ServerWritableStream<object, object>, { alerts }: Monitor): () => void {
  const send = (change: AlertChange) => {
    if (call.writableLength > waitingMessagesMax) call.end();
    else call.write(change);
  };
  for (const alert of alerts.list()) if (alert.clearedAt === undefined) send({ type: 'raised', alert });
  return alerts.onChange(send);
}

function accountsOf({ accounts, marks }: Monitor): object[] {
  return [...(accounts?.standings() ?? [])].map(({ book, standing }) => ({
    accountId: book.accountId,
    positions: positionsOf(book, marks),
    ...(standing !== undefined && shown(standing)),
  }));
}

function positionsOf({ holdings }: AccountBook, marks: Monitor['marks']): object[] {
  return [...holdings].map(([asset, quantity]) => {
    const worth = marks?.worth(asset, quantity);
    return { asset, quantity: decimalOf(quantity), ...(worth !== undefined && { worth: decimalOf(worth) }) };
  });
}

function shown({ equity, exposure, peak }: Standing): object {
  return { equity: decimalOf(equity), exposure: decimalOf(exposure), drawdown: decimalOf(peak - equity) };
}
