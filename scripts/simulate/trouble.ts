import type { Trouble } from './plan.js';
import type { SimulatedCustodian } from './simulated-custodian.js';
import type { SimulatedDisk } from './simulated-disk.js';
import type { SimulatedTime } from './simulated-time.js';

/** What trouble comes to. */
export interface Struck {
  readonly time: SimulatedTime;
  readonly disk: SimulatedDisk;
  readonly custodian: SimulatedCustodian;
}

/** Has something around the exchange go wrong, and right again after its time. */
export function strike(trouble: Trouble, { time, disk, custodian }: Struck, note: (what: string) => void): void {
  const during = (forMs: number, begun: string, over: string, set: (is: boolean) => void) => {
    note(begun);
    set(true);
    time.later(forMs, () => {
      note(over);
      set(false);
    });
  };
  switch (trouble.kind) {
    case 'failing sync':
      note('the next sync fails');
      disk.failsNextSync = true;
      break;
    case 'slow disk':
      during(trouble.forMs, `a sync takes ${trouble.syncMs} ms`, 'syncs are quick again', (is) => {
        disk.syncMs = is ? trouble.syncMs : 1;
      });
      break;
    case 'full disk':
      during(trouble.forMs, 'the disk is full', 'there is room again', (is) => {
        disk.full = is;
      });
      break;
    case 'dead custodian':
      during(trouble.forMs, 'the custodian is gone', 'the custodian is back', (is) => {
        custodian.isDown = is;
      });
      break;
    case 'clock':
      note(`the clock jumps by ${trouble.byMs} ms`);
      time.wallAheadMs += trouble.byMs;
      break;
    default:
      trouble satisfies never;
  }
}
