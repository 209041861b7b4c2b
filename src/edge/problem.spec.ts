import { status } from '@grpc/grpc-js';
import { rejectCodes } from '../engine/reject.js';
import { problemKinds } from './problem-codes.js';

describe('the table of problems', () => {
  it('has every code with which the exchange refuses', () => {
    expect(Object.keys(problemKinds)).toEqual(expect.arrayContaining([...rejectCodes]));
  });

  it.each(rejectCodes.map((code) => [code]))(
    'answers %s as the client’s doing, the same way over both transports',
    (code) => {
      const expected = code.endsWith('_NOT_FOUND') ? [404, status.NOT_FOUND] : [422, status.FAILED_PRECONDITION];
      expect([problemKinds[code].httpStatus, problemKinds[code].grpcStatus]).toEqual(expected);
    },
  );
});
