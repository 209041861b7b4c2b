import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/**
 * A client may cancel a call before grpc-js has read all of its request. grpc-js would then still hand the call to
 * its handler, which would never hear that nobody is there, and keep a stream open for ever. Here such a call goes
 * no further.
 */
export const canceledBeforeAsked: ServerInterceptor = ({ responseStream, requestStream }, call) => {
  if (!responseStream || requestStream) return call as ServerInterceptingCall;
  let canceled = false;
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onCancel: () => {
          canceled = true;
        },
        onReceiveHalfClose: (pass) => {
          if (!canceled) pass();
        },
      }),
  });
};
