/**
 * Whether the server answers.
 * Invariants: only what nobody answered counts as away, a refusal is an answer; while it is away it is asked by itself,
 * after 1 s at first and 30 s at most; `returns` grows when it is back, and who shows something reads it anew then.
 */
import { signal } from "@preact/signals";
import { base } from "./paths.ts";

export interface Away {
  /** When it last answered; undefined if it never did. */
  readonly answeredMs: number | undefined;
  /** When it is asked next. */
  readonly nextTryMs: number;
}

/** Undefined while the server answers. */
export const away = signal<Away | undefined>(undefined);
export const returns = signal(0);

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
const PROBE_MS = 5000;

let answeredMs: number | undefined;
let waitMs = FIRST_WAIT_MS;
let timer: ReturnType<typeof setTimeout> | undefined;

/** `fetch`, which takes note of whether there was an answer. */
export async function watchedFetch(
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  try {
    const answer = await fetch(input, init);
    if (isOfGateway(answer)) lost();
    else found();
    return answer;
  } catch (error) {
    if (init?.signal?.aborted !== true) lost();
    throw error;
  }
}

/** Asks now instead of when it would be. */
export function tryNow(): void {
  if (away.value === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  void probe();
}

function found(): void {
  answeredMs = Date.now();
  if (away.value === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  waitMs = FIRST_WAIT_MS;
  away.value = undefined;
  returns.value++;
}

function lost(): void {
  if (timer !== undefined) return;
  away.value = { answeredMs, nextTryMs: Date.now() + waitMs };
  timer = setTimeout(() => {
    timer = undefined;
    void probe();
  }, waitMs);
  waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
}

async function probe(): Promise<void> {
  // Its own outcome is all that is wanted of it.
  await watchedFetch(`${base}/healthz`, {
    cache: "no-store",
    signal: AbortSignal.timeout(PROBE_MS),
  }).catch(lost);
}

/** What stands between answers when the server does not; the server's own refusals are JSON. */
function isOfGateway({ status, headers }: Response): boolean {
  if (status === 502 || status === 504) return true;
  return status === 503 && !/json/.test(headers.get("content-type") ?? "");
}
