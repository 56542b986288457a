/**
 * One HTTP request and its one answer; Twirp, the dialects and the endpoints stand on it.
 * Invariants: exactly one answer is sent; the request ends at its deadline or when the caller leaves, by
 * whichever comes first, and `signal` aborts then with a FaultError as its reason; when the exchange closes,
 * its timer is cleared and its bytes are given back.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../domain/clock.ts";
import { FaultError, invalid } from "../domain/fault.ts";
import {
  type BodyBudget,
  type BodyLimits,
  DRAIN_BYTES,
  DRAIN_MS,
  drain,
  hasBody,
  readRaw,
} from "./body.ts";
import { answerEncoding, COMPRESS_FROM_BYTES, compress } from "./compress.ts";
import { timeoutMsOf } from "./deadline.ts";
import { problemOfHead } from "./head.ts";
import { inflateBody, isEncoded } from "./inflate.ts";
import { remoteAddressOf } from "./remote-address.ts";
import { requestIdOf } from "./request-id.ts";
import type { UnreadAnswers } from "./unread-answers.ts";

export interface ExchangeDeps {
  readonly clock: Clock;
  /** A new request id, for callers that send none. */
  readonly newRequestId: () => string;
  readonly limits: BodyLimits;
  readonly budget: BodyBudget;
  readonly answers: UnreadAnswers;
  /** A proxy of ours stands in front and writes `X-Forwarded-For`. */
  readonly trustProxy: boolean;
}

export class Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  /** On the monotonic clock. */
  readonly startedMs: number;
  /** On the monotonic clock; Infinity until `start`. */
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Bytes of the answer's body as sent, for figures. */
  sentBytes = 0;
  readonly #deps: ExchangeDeps;
  #timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #ended: FaultError | undefined;
  #reject: ((reason: FaultError) => void) | undefined;
  #heldBytes = 0;
  /** Its body is a message that holds no entries. */
  #isSmall = false;
  /** The whole body was taken before Node's parser said that it had ended. */
  #isRead = false;
  #closed = false;

  constructor(deps: ExchangeDeps, req: IncomingMessage, res: ServerResponse) {
    this.#deps = deps;
    this.req = req;
    this.res = res;
    this.requestId = requestIdOf(req.headers["x-request-id"], deps.newRequestId);
    this.startedMs = deps.clock.monotonicMs();
    res.on("close", () => this.#close());
  }

  /**
   * Sets the deadline, whose timer follows at the end of the turn; throws `invalid` when the caller's is no number, or when
   * the request's head can be read in two ways.
   * @param timeoutMs the caller's own unless given; Infinity for an answer that streams until someone ends it.
   */
  start(timeoutMs = timeoutMsOf(this.req.headers["argus-timeout-ms"])): void {
    const problem = problemOfHead(this.req);
    if (problem !== undefined) {
      // What follows on the connection may be somebody else's, or nobody's.
      this.res.shouldKeepAlive = false;
      throw invalid("headers", problem);
    }
    this.deadlineMs = this.startedMs + timeoutMs;
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    if (begun.length === 0) setImmediate(armBegun);
    begun.push(this);
  }

  /** Sets the timer, unless the exchange has ended. For the end of the turn in which it began. */
  arm(): void {
    if (this.#closed) return;
    const leftMs = this.deadlineMs - this.#deps.clock.monotonicMs();
    this.#timer = setTimeout(onDeadline, Math.max(0, leftMs), this);
  }

  /** Made when first asked for: most small calls never wait. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== undefined) this.#controller.abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** Why the exchange ended early, if it did. */
  get ended(): FaultError | undefined {
    return this.#ended;
  }

  get remoteAddress(): string {
    return remoteAddressOf(this.req, this.#deps.trustProxy);
  }

  /** Milliseconds since the request's headers were read. */
  get elapsedMs(): number {
    return this.#deps.clock.monotonicMs() - this.startedMs;
  }

  /**
   * The body with its encoding undone; a new buffer, the caller's to keep or transfer.
   * Throws `tooLarge`, `overloaded`, `canceled`, and `invalid` for an encoding that is unknown or does not decode.
   * @param mostBytes a bound below those of the server, as sent and inflated.
   */
  body(mostBytes = Infinity): Buffer | Promise<Buffer> {
    const { limits } = this.#deps;
    const bodyBytes = Math.min(limits.bodyBytes, mostBytes);
    const inflatedBytes = Math.min(limits.inflatedBytes, mostBytes);
    this.#isSmall = mostBytes < limits.bodyBytes;
    const encoding = this.req.headers["content-encoding"];
    // Before the body is waited for: an unknown encoding is refused unread.
    const encoded = isEncoded(encoding);
    const raw = readRaw(this.req, bodyBytes, this);
    this.#isRead = !(raw instanceof Promise);
    return encoded ? this.#inflate(raw, encoding, inflatedBytes) : raw;
  }

  async #inflate(
    raw: Buffer | Promise<Buffer>,
    encoding: string,
    mostBytes: number,
  ): Promise<Buffer> {
    return inflateBody(await raw, encoding, mostBytes, this);
  }

  /** Tells a sender that waits for "100 Continue" to go on; the connection then lives as its caller wishes. */
  begin(): void {
    if (this.req.headers.expect === undefined || this.req.complete) return;
    this.res.writeContinue();
    this.res.shouldKeepAlive = !/\bclose\b/i.test(this.req.headers.connection ?? "");
  }

  /** A place for a body that inflates to much. */
  enterLarge(): Promise<Disposable> {
    return this.#deps.budget.large.enter(this.signal);
  }

  /** Charges bytes to the budget until the exchange closes, or gives some back, below 0; throws `overloaded`. */
  charge(bytes: number): void {
    if (this.#closed) return;
    this.#deps.budget.take(bytes, this.#heldBytes, this.#isSmall);
    this.#heldBytes += bytes;
  }

  /**
   * The outcome of `work`, or the exchange's early end if that comes first; what `work` does after that is
   * dropped. One at a time.
   */
  settle<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== undefined) reject(this.#ended);
      this.#reject = reject;
      work.then(resolve, reject);
    });
  }

  /**
   * Sends the answer, compressed if the caller takes that, with the headers set on `res` before.
   * Does nothing when the caller has left; throws `overQuota` when too much waits to be read.
   */
  async send(status: number, contentType: string, body: string | Uint8Array): Promise<void> {
    const { res, req } = this;
    if (!this.#isRead && hasBody(req) && !req.complete) await this.#discard();
    if (this.#closed || res.headersSent) return;
    let out = body;
    const headers = [
      "Content-Type",
      contentType,
      "X-Request-Id",
      this.requestId,
      "X-Content-Type-Options",
      "nosniff",
    ];
    if (!res.hasHeader("cache-control")) headers.push("Cache-Control", "no-store");
    if (body.length >= COMPRESS_FROM_BYTES) {
      headers.push("Vary", "Accept-Encoding");
      const encoding = answerEncoding(req.headers["accept-encoding"] as string | undefined);
      if (encoding !== undefined) {
        out = await compress(typeof body === "string" ? Buffer.from(body) : body, encoding);
        headers.push("Content-Encoding", encoding);
        if (this.#isGone() || res.headersSent) return;
      }
    }
    this.sentBytes = typeof out === "string" ? Buffer.byteLength(out) : out.length;
    this.#deps.answers.add(res, this.sentBytes);
    headers.push("Content-Length", String(this.sentBytes));
    res.writeHead(status, headers);
    res.end(out);
  }

  /** Ends the exchange early: aborts `signal`, fails what `settle` waits for. */
  end(reason: FaultError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#reject?.(reason);
    this.#controller?.abort(reason);
  }

  /** Reads away what is left of the body, or marks the connection as not to be used again. */
  async #discard(): Promise<void> {
    const { req, res } = this;
    // A sender that waits for "100 Continue" has sent nothing, and will not after another answer.
    const unasked = req.headers.expect !== undefined && !req.readableDidRead;
    // The caller's time is up, or a sender is slow: do not wait for it any longer.
    if (!unasked && this.#ended === undefined && (await drain(req, DRAIN_BYTES, DRAIN_MS))) return;
    res.shouldKeepAlive = false;
    res.once("finish", () => req.socket.destroySoon());
  }

  // Through a method: the compiler would take the field's value from before an await.
  #isGone(): boolean {
    return this.#closed;
  }

  #close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#deps.budget.give(this.#heldBytes, this.#isSmall);
    this.#heldBytes = 0;
    if (!this.res.writableFinished) this.end(new FaultError({ kind: "canceled" }));
  }
}

/**
 * Exchanges begun in this turn of the event loop. Most small calls end with it, and need no timer. Of all servers of the
 * process, as the turn is: it is empty again before the next one, and never longer than what one turn reads.
 */
let begun: Exchange[] = [];

function armBegun(): void {
  const waiting = begun;
  begun = [];
  for (const exchange of waiting) exchange.arm();
}

function onDeadline(exchange: Exchange): void {
  exchange.end(new FaultError({ kind: "deadline", reason: "the request's time is up" }));
}
