import { noteFault, type RequestContext, withinRequest } from './request-context.js';
import { currentOrigin } from './request-origin.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

function originWithin(context: RequestContext) {
  return withinRequest(context, currentOrigin);
}

describe('the origin of a record', () => {
  it('has no more than a request that nothing is known of', () => {
    expect(originWithin({ transport: 'REST', requestId: 'r-1' })).toStrictEqual({
      transport: 'REST',
      requestId: 'r-1',
    });
  });

  it('takes over who asks, the trace and the faults', () => {
    const context: RequestContext = { transport: 'GRPC', requestId: 'r-1', caller: { principal: 'key-5' }, traceId };
    noteFault(context, 'flt-3');
    noteFault(context, 'flt-1');
    const faults = ['flt-3', 'flt-1'];
    expect(originWithin(context)).toEqual({ transport: 'GRPC', requestId: 'r-1', actor: 'key-5', traceId, faults });
  });

  it('has no part in what strikes the request later', () => {
    const context: RequestContext = { transport: 'REST', requestId: 'r-1' };
    noteFault(context, 'flt-3');
    const origin = originWithin(context);
    noteFault(context, 'flt-4');
    expect(origin.faults).toEqual(['flt-3']);
  });
});
