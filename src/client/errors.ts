/**
 * What a call can fail with.
 * Invariant: `code` is one of Twirp's, whatever answered: the server, something between, or nobody.
 */
const CODES = [
  "canceled",
  "unknown",
  "invalid_argument",
  "malformed",
  "deadline_exceeded",
  "not_found",
  "bad_route",
  "already_exists",
  "permission_denied",
  "unauthenticated",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
] as const;

export type ArgusErrorCode = (typeof CODES)[number];

export interface ArgusErrorDetail {
  readonly meta?: Readonly<Record<string, string>>;
  /** HTTP status, 0 when there was no answer. */
  readonly status?: number;
  /** What the server asks to wait before another try. */
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  readonly cause?: unknown;
}

export class ArgusError extends Error {
  readonly code: ArgusErrorCode;
  readonly meta: Readonly<Record<string, string>>;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** Names the request in the server's own log; "" when nothing answered. */
  readonly requestId: string;

  constructor(code: ArgusErrorCode, message: string, detail: ArgusErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "ArgusError";
    this.code = code;
    this.meta = detail.meta ?? {};
    this.status = detail.status ?? 0;
    this.retryAfterMs = detail.retryAfterMs;
    this.requestId = detail.requestId ?? "";
  }
}

const KNOWN: ReadonlySet<string> = new Set(CODES);

/** @returns the code, also from the spellings of other implementations; undefined for what is none. */
export function codeNamed(text: string): ArgusErrorCode | undefined {
  if (KNOWN.has(text)) return text as ArgusErrorCode;
  if (text === "dataloss") return "data_loss";
  return text === "cancelled" ? "canceled" : undefined;
}
