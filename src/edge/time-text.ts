let lastTime = Number.NaN;
let lastText = '';

/** A time as the public contract writes it: RFC 3339 in UTC. What happened together is asked for together, so the last one is kept. */
export function timeText(time: number): string {
  if (time !== lastTime) {
    lastText = new Date(time).toISOString();
    lastTime = time;
  }
  return lastText;
}
