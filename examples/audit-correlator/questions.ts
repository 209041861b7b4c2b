import { createServer, type Server } from 'node:http';
import type { Event } from './event.ts';
import type { Journal, Journals } from './journals.ts';

const limitMax = 500;

/** By which events can be asked for: what connects them with what happened elsewhere. */
const filters: Readonly<Record<string, (event: Event, value: string) => boolean>> = {
  traceId: ({ origin }, value) => origin.traceId === value,
  requestId: ({ origin }, value) => origin.requestId === value,
  actor: ({ origin }, value) => origin.actor === value,
  fault: ({ origin }, value) => origin.faults?.includes(value) === true,
  causedBy: ({ origin }, value) => origin.causedBy === Number(value),
};

/** What people ask: `GET /venues`, and `GET /venues/{venueId}/events?after=&limit=` with any of the filters. */
export function questions(journals: Journals): Server {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, what, venueId, rest] = pathname.split('/');
    const journal = journals.of(venueId ?? '');
    const answer = (code: number, body: unknown) => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    };
    if (pathname === '/venues') answer(200, journals.all().map(summary));
    else if (what === 'venues' && journal !== undefined && rest === undefined) answer(200, summary(journal));
    else if (what === 'venues' && journal !== undefined && rest === 'events') answer(200, found(journal, searchParams));
    else answer(404, { error: 'ask for /venues, /venues/{venueId} or /venues/{venueId}/events' });
  });
}

function summary({ source, events, pushes, doubles, gaps, conflicts }: Journal): object {
  const last = events.at(-1);
  return {
    ...source,
    events: events.length,
    lastHash: last?.hash,
    lastTime: last?.time,
    pushes,
    doubles,
    gaps,
    conflicts,
  };
}

function found(journal: Journal, query: URLSearchParams): readonly Event[] {
  const limit = Math.min(limitMax, Number(query.get('limit') ?? 100));
  const asked = Object.entries(filters).flatMap(([name, fits]) => {
    const value = query.get(name);
    return value === null ? [] : [(event: Event) => fits(event, value)];
  });
  const after = journal.events.slice(Number(query.get('after') ?? 0));
  return after.filter((event) => asked.every((fits) => fits(event))).slice(0, limit);
}
