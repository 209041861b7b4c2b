import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { edgeApplication, OffersController } from './edge.fixture.js';
import { ProblemFilter } from './problem-filter.js';

describe('a request whose client is gone before it is whole', () => {
  it('is the client’s doing, and no fault of the exchange that is logged', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error');
    const caught = Promise.withResolvers<unknown>();
    const real = ProblemFilter.prototype.catch;
    // The application takes the method when it is made.
    jest.spyOn(ProblemFilter.prototype, 'catch').mockImplementation(function (this: ProblemFilter, exception, host) {
      const answer = real.call(this, exception, host);
      caught.resolve(exception);
      return answer;
    });
    const app = await edgeApplication(OffersController);
    await app.listen(0, '127.0.0.1');
    const arrived = once(app.getHttpServer(), 'request');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const head = 'POST /offers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100';
    socket.write(`${head}\r\n\r\n{"side":`);
    await arrived;
    socket.destroy();
    expect(await caught.promise).toMatchObject({ code: 'ECONNRESET' });
    expect(logged).not.toHaveBeenCalled();
    await app.close();
  });
});
