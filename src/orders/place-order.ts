import { AmountReader } from '../edge/amount-reader.js';
import { type FieldError, Problem } from '../edge/problem.js';
import type { OrderFault, PlaceOrder } from '../engine/command.js';
import type { Instrument } from '../engine/instrument.js';
import type { PlaceOrderRequest } from './order-requests.js';

/** The command that a request of the account asks for; throws a `Problem` that names each field that does not go with the order's type. */
export function placeOrderCommand(
  request: PlaceOrderRequest,
  accountId: number,
  { baseScale, quoteScale }: Instrument,
  fault?: OrderFault,
): PlaceOrder {
  const faults = request.type === 'MARKET' ? marketFaults(request) : limitFaults(request);
  if (faults.length > 0) throw Problem.invalid(faults);
  const amounts = new AmountReader();
  const quantity = amounts.read('quantity', request.quantity, baseScale);
  const quoteQuantity = amounts.read('quoteQuantity', request.quoteQuantity, quoteScale);
  const price = amounts.read('price', request.price, quoteScale);
  amounts.check();
  return {
    type: 'PlaceOrder',
    accountId,
    clientOrderId: request.clientOrderId,
    symbol: request.symbol,
    side: request.side,
    orderType: request.type,
    timeInForce: request.timeInForce ?? (request.type === 'MARKET' ? 'IOC' : 'GTC'),
    quantity,
    quoteQuantity,
    price,
    postOnly: request.postOnly ?? false,
    selfTradePrevention: request.selfTradePrevention ?? 'EXPIRE_TAKER',
    fault,
  };
}

function marketFaults({ quantity, quoteQuantity, price, timeInForce, postOnly }: PlaceOrderRequest): FieldError[] {
  const faults: FieldError[] = [];
  if (quantity === undefined && quoteQuantity === undefined) {
    faults.push({ field: 'quantity', message: 'is missing: a MARKET order has quantity or quoteQuantity' });
  }
  if (quantity !== undefined && quoteQuantity !== undefined) {
    faults.push({ field: 'quoteQuantity', message: 'cannot be given together with quantity: leave one of them out' });
  }
  if (price !== undefined) faults.push({ field: 'price', message: 'belongs to a LIMIT order: leave it out' });
  if (timeInForce !== undefined && timeInForce !== 'IOC') {
    faults.push({ field: 'timeInForce', message: `must be IOC or left out for a MARKET order, not ${timeInForce}` });
  }
  if (postOnly === true) faults.push({ field: 'postOnly', message: 'belongs to a LIMIT order: leave it out' });
  return faults;
}

function limitFaults({ quantity, quoteQuantity, price, timeInForce, postOnly }: PlaceOrderRequest): FieldError[] {
  const faults: FieldError[] = [];
  if (quantity === undefined) faults.push({ field: 'quantity', message: 'is missing: a LIMIT order needs it' });
  if (price === undefined) faults.push({ field: 'price', message: 'is missing: a LIMIT order needs it' });
  if (quoteQuantity !== undefined) {
    faults.push({ field: 'quoteQuantity', message: 'belongs to a MARKET order: give quantity instead' });
  }
  if (postOnly === true && timeInForce !== undefined && timeInForce !== 'GTC') {
    faults.push({ field: 'postOnly', message: `goes with timeInForce GTC only, not ${timeInForce}` });
  }
  return faults;
}
