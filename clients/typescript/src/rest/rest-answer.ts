import { ExchangeError, type FieldError, type Refusal } from '../exchange-error.js';

const shownCharactersMax = 200;

/** The body of a problem (RFC 9457), as the exchange sends it. */
interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly orderId?: string;
  readonly transferId?: string;
}

/** The answer of the exchange. Throws `ExchangeError` for every answer that is no success. */
export function answerOf<Answer>(response: Response, text: string): Answer {
  const body = jsonOf(text);
  if (response.ok && body !== undefined) return body as Answer;
  throw new ExchangeError(refusalOf(response, text, body));
}

function refusalOf({ status, headers }: Response, text: string, body: unknown): Refusal {
  const requestId = headers.get('x-request-id') ?? undefined;
  const retryAfterMs = retryAfterMsOf(headers.get('retry-after'));
  if (!isProblem(body)) {
    const detail = `HTTP ${status} is no answer of an exchange: ${text.slice(0, shownCharactersMax)}`;
    return { code: 'UNEXPECTED_ANSWER', detail, status, requestId, retryAfterMs };
  }
  const { code, detail, errors: fields, orderId, transferId } = body;
  return { code, detail, status, fields, requestId, orderId, transferId, retryAfterMs };
}

function isProblem(body: unknown): body is ProblemBody {
  const { code, detail } = (body ?? {}) as Partial<ProblemBody>;
  return typeof code === 'string' && typeof detail === 'string';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The exchange gives seconds; what else the header may have is not waited for. */
function retryAfterMsOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
