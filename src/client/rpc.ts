/**
 * Calls of a Twirp server by fetch, in browsers and in Node.
 * Invariants: every failure is an ArgusError; only calls that may be made twice are tried again, and only
 * when the server was not reached, is overloaded or asks to wait; all tries together stay within the timeout.
 */
import { errorOfAnswer } from "./answer.ts";
import { ArgusError } from "./errors.ts";

/** What a credential is asked for with: the token that was just refused, or nothing at first. */
export type TokenProvider = (
  refused?: string,
  hold?: Hold,
) => string | undefined | Promise<string | undefined>;

/** Stops the time of a call while a person is asked for something. @returns its result. */
export type Hold = <T>(work: () => Promise<T>) => Promise<T>;

export interface RpcOptions {
  /** Base address, such as `https://logs.example.com`; without a scheme it is http. */
  readonly url: string;
  /** Where the services live under `url`; `/twirp` unless said otherwise. */
  readonly pathPrefix?: string;
  readonly tokenProvider?: TokenProvider;
  /** Sent with every call; the protocol's own cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** For a call with all its tries; 30 s unless said otherwise. The server is told what is left. */
  readonly timeoutMs?: number;
  /** Tries after the first one; 2 unless said otherwise. */
  readonly retries?: number;
  readonly fetch?: typeof fetch;
  /** How an answer in JSON is read, as by another thread. */
  readonly readJson?: (answer: Response) => Promise<object>;
  /** Rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Monotonic. */
  readonly nowMs?: () => number;
  /** In [0, 1), spreads tries. */
  readonly random?: () => number;
}

type ContentType = "application/json" | "application/protobuf";

/** What the generated clients call, with bytes in protobuf, or with canonical JSON as an object. */
export interface Rpc {
  request(
    service: string,
    method: string,
    contentType: ContentType,
    data: object | Uint8Array,
  ): Promise<object | Uint8Array>;
}

interface Body {
  readonly type: ContentType;
  readonly data: string | Uint8Array<ArrayBuffer>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 10_000;
/** The message that went out is the same each time, so reading twice is reading. */
const READS = /^(Get|List|Query$|Explain)/;

export function createRpc(options: RpcOptions): Rpc {
  const base = baseUrl(options);
  return {
    async request(service, method, type, data) {
      const body: Body =
        data instanceof Uint8Array
          ? { type, data: data as Uint8Array<ArrayBuffer> }
          : { type, data: JSON.stringify(data) };
      const isRepeatable = mayRepeat(method, data);
      return callWithTries(options, `${base}/${service}/${method}`, body, isRepeatable);
    },
  };
}

/** @returns whether making the call twice is the same as making it once. */
export function mayRepeat(method: string, data: object | Uint8Array): boolean {
  if (READS.test(method)) return true;
  // A refresh token that was just replaced gives the same successor.
  if (method === "RefreshSession") return true;
  // Stored once under its batch_id, which is field 1 and so the first on the wire if it is there.
  return method === "SendLogs" && data instanceof Uint8Array && data[0] === 0x0a;
}

function baseUrl(options: RpcOptions): string {
  const { url, pathPrefix = "/twirp" } = options;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) || url === "" ? url : `http://${url}`;
  return full.replace(/\/+$/, "") + pathPrefix.replace(/\/+$/, "");
}

async function callWithTries(
  options: RpcOptions,
  url: string,
  body: Body,
  repeatable: boolean,
): Promise<object | Uint8Array> {
  const { retries = DEFAULT_RETRIES, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const { sleep = wait, random = Math.random, nowMs = () => performance.now() } = options;
  const timeout = startTimeout(timeoutMs, nowMs);
  const signal =
    options.signal === undefined
      ? timeout.signal
      : AbortSignal.any([options.signal, timeout.signal]);
  let refused: string | undefined;
  try {
    let token = await credential(options, undefined, signal, timeout.hold);
    for (let tried = 0; ; tried++) {
      try {
        return await callOnce(options, url, body, token, timeout.leftMs(), signal);
      } catch (error) {
        if (!(error instanceof ArgusError) || signal.aborted) throw error;
        // A token may have run out: ask for another one, once.
        if (error.code === "unauthenticated" && token !== undefined && refused === undefined) {
          refused = token;
          token = await credential(options, refused, signal, timeout.hold);
          if (token === undefined || token === refused) throw error;
          continue;
        }
        if (!repeatable || tried >= retries || !isPassing(error)) throw error;
        const waitMs = Math.max(
          error.retryAfterMs ?? 0,
          FIRST_WAIT_MS * 2 ** tried * (0.5 + random() / 2),
        );
        // Asked to wait longer than the caller does: the answer is this error.
        if (waitMs > MAX_WAIT_MS || waitMs >= timeout.leftMs()) throw error;
        await sleep(waitMs, signal);
      }
    }
  } catch (error) {
    if (options.signal?.aborted === true)
      throw new ArgusError("canceled", "the call was canceled", { cause: options.signal.reason });
    if (timeout.signal.aborted)
      throw new ArgusError("deadline_exceeded", `no answer within ${timeoutMs} ms`, {
        cause: error,
      });
    throw error;
  } finally {
    timeout.stop();
  }
}

/** The time of a call, which stands while it is held. */
function startTimeout(timeoutMs: number, nowMs: () => number) {
  const over = new AbortController();
  let endMs = nowMs() + timeoutMs;
  const start = (): ReturnType<typeof setTimeout> =>
    setTimeout(() => over.abort(), Math.max(0, endMs - nowMs()));
  let timer = start();
  let isOver = false;
  const hold: Hold = async (work) => {
    clearTimeout(timer);
    const heldMs = nowMs();
    try {
      return await work();
    } finally {
      endMs += nowMs() - heldMs;
      if (!isOver) timer = start();
    }
  };
  return {
    signal: over.signal,
    leftMs: () => endMs - nowMs(),
    hold,
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** Asks for a token, for as long as the call lasts. */
async function credential(
  { tokenProvider }: RpcOptions,
  refused: string | undefined,
  signal: AbortSignal,
  hold: Hold,
): Promise<string | undefined> {
  if (tokenProvider === undefined) return undefined;
  const ended = Promise.withResolvers<never>();
  const stop = (): void => ended.reject(new ArgusError("canceled", "no credential came in time"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([tokenProvider(refused, hold), ended.promise]);
  } catch (cause) {
    if (cause instanceof ArgusError) throw cause;
    throw new ArgusError("unauthenticated", `no credential could be had: ${reasonOf(cause)}`, {
      cause,
    });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** @returns whether the same call may succeed a little later. */
function isPassing(error: ArgusError): boolean {
  return error.code === "unavailable" || error.code === "resource_exhausted" || error.status === 0;
}

async function callOnce(
  options: RpcOptions,
  url: string,
  { type, data: body }: Body,
  token: string | undefined,
  leftMs: number,
  signal: AbortSignal,
): Promise<object | Uint8Array> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = value;
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  headers["accept"] = type;
  headers["content-type"] = type;
  headers["twirp-version"] = "v7";
  headers["argus-timeout-ms"] = String(Math.max(1, Math.ceil(leftMs)));
  let answer: Response;
  try {
    const send = options.fetch ?? fetch;
    answer = await send(url, { method: "POST", redirect: "manual", headers, body, signal });
  } catch (cause) {
    throw new ArgusError("internal", `failed to do request: ${reasonOf(cause)}`, { cause });
  }
  // A page with status 200, such as a hotel's, would read as an empty message.
  const given = answer.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (answer.status !== 200 || given !== type) throw await errorOfAnswer(answer);
  try {
    if (type === "application/json")
      return (await (options.readJson?.(answer) ?? answer.json())) as object;
    return new Uint8Array(await answer.arrayBuffer());
  } catch (cause) {
    const message = `failed to read response body: ${reasonOf(cause)}`;
    throw new ArgusError("internal", message, { cause });
  }
}

/** fetch says "fetch failed" and keeps what happened in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new ArgusError("canceled", "the wait was ended"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
