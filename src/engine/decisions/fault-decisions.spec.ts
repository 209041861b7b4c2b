import { Scene } from '../exchange.fixture.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';

describe('faults', () => {
  const fault = { kind: 'order', definition: '{"effect":"reject"}', persistent: true };

  it('are named by the sequence that injected them, and stay in force until they end', () => {
    const scene = new Scene();
    const { events } = scene.do({ type: 'InjectFault', ...fault });
    const faultId = scene.exchange.sequence;
    expect(events).toEqual([{ type: 'FaultInjected', faultId, ...fault }]);
    const inForce = { faultId, ...fault, injectedAt: scene.time };
    scene.time += 1;
    scene.do({ type: 'InjectFault', ...fault, persistent: false });
    expect([...scene.exchange.state.faults.values()]).toEqual([
      inForce,
      { ...inForce, faultId: faultId + 1, persistent: false, injectedAt: scene.time },
    ]);

    expect(scene.do({ type: 'EndFault', faultId, reason: 'CLEARED', struck: 3 }).events).toEqual([
      { type: 'FaultEnded', faultId, reason: 'CLEARED', struck: 3 },
    ]);
    expect([...scene.exchange.state.faults.keys()]).toEqual([faultId + 1]);
  });

  it('end once', () => {
    const scene = new Scene();
    expect(scene.do({ type: 'EndFault', faultId: 9, reason: 'SPENT', struck: 1 })).toEqual({
      events: [],
      balances: [],
      reject: { rejected: 'FAULT_NOT_FOUND', reason: 'There is no fault flt-9 in force.' },
    });
  });

  it('are in the snapshot', () => {
    const scene = new Scene();
    scene.do({ type: 'InjectFault', ...fault });
    const snapshot = takeSnapshot(scene.exchange);
    expect(snapshot.faults).toEqual([{ faultId: scene.exchange.sequence, ...fault, injectedAt: scene.time }]);
    expect(restoreSnapshot(snapshot).state.faults).toEqual(scene.exchange.state.faults);
  });
});
