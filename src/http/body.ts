/**
 * Reads request bodies.
 * Invariant: at no time are more than `limits.bodyBytes` of one body, or the budget's bytes of all bodies,
 * held in memory; what is refused is read away up to a bound, so that the refusal reaches the sender.
 */
import type { IncomingMessage } from "node:http";
import { FaultError, overloaded } from "../domain/fault.ts";
import { createGate } from "../domain/gate.ts";
import { giveBack } from "../domain/give-back.ts";
import { KiB, MiB } from "../domain/limits.ts";

export interface BodyLimits {
  /** As sent. */
  readonly bodyBytes: number;
  /** After `Content-Encoding` is undone. */
  readonly inflatedBytes: number;
}

/** Up to here a body's buffer is made whole at once; of a larger one when its fourth part is here, so that who declares much and sends little holds little. */
const AT_ONCE_BYTES = 64 * KiB;
/** The part of the budget that small bodies may have together: anybody may send those, and must not take the room of entries. */
const SMALL_SHARE = 1 / 8;
/** A body up to here needs nothing of that part: it would be who asks and signs in that strangers shut out. */
const ALWAYS_BYTES = 16 * KiB;

/** Each waits with its bytes as sent, and no longer than its own deadline. */
const WAITING_LARGE = 256;

/** Bytes of all bodies held at once, as sent and inflated. Bounds memory where many send at once. */
export class BodyBudget {
  /** For bodies that inflate to so much that nobody knows it before. */
  readonly large = createGate({
    running: 1,
    waiting: WAITING_LARGE,
    full: () => overloaded("too many large bodies are being inflated"),
  });
  readonly #maxBytes: number;
  #heldBytes = 0;
  #smallBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Throws `overloaded` when they do not fit.
   * @param held bytes of the same body that were taken before.
   * @param isSmall of a message that holds no entries.
   */
  take(bytes: number, held: number, isSmall: boolean): void {
    const isFull =
      this.#heldBytes + bytes > this.#maxBytes ||
      (isSmall &&
        held + bytes > ALWAYS_BYTES &&
        this.#smallBytes + bytes > this.#maxBytes * SMALL_SHARE);
    if (isFull) throw overloaded("too many bytes of requests are in flight");
    this.#heldBytes += bytes;
    if (isSmall) this.#smallBytes += bytes;
  }

  give(bytes: number, isSmall: boolean): void {
    this.#heldBytes -= bytes;
    if (isSmall) this.#smallBytes -= bytes;
  }
}

/** Whom the reader of a body answers to. */
export interface BodyReader {
  /** Called once, before the first byte is waited for and after what is refused unread. */
  begin(): void;
  /** Charges bytes to the budget, for its owner to give back, or gives some back, below 0; throws `overloaded`. */
  charge(bytes: number): void;
}

/**
 * The body as sent, still encoded. The buffer is the caller's to keep.
 * Throws `tooLarge`, `overloaded`, and `canceled` when the sender leaves midway.
 */
export function readRaw(
  req: IncomingMessage,
  limitBytes: number,
  reader: BodyReader,
): Buffer | Promise<Buffer> {
  const declared = declaredBytes(req);
  // A new one each time: who gets it may transfer it, and a shared one would be gone for all others.
  if (declared === 0) return Buffer.alloc(0);
  if (declared !== undefined && declared > limitBytes) throw tooLarge(limitBytes);
  if (req.readableEnded || req.readableDidRead) return readBefore(req);
  reader.begin();
  const there = wholeBody(req, declared, reader);
  if (there !== undefined) return there;

  return new Promise<Buffer>((resolve, reject) => {
    // A declared body is read into its own buffer: what the socket gives is garbage at once.
    let whole =
      declared === undefined || declared > AT_ONCE_BYTES
        ? undefined
        : Buffer.allocUnsafeSlow(declared);
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (): void => {
      req.off("data", onData);
      req.off("end", onEnd);
      req.off("error", onGone);
      req.off("close", onGone);
    };
    const fail = (error: unknown): void => {
      stop();
      req.pause();
      chunks.length = 0;
      reject(error instanceof Error ? error : new Error("reading failed", { cause: error }));
    };
    const onData = (chunk: Buffer): void => {
      try {
        if (length + chunk.length > limitBytes) throw tooLarge(limitBytes);
        // What is here, not what is declared: saying that much will come costs a sender nothing.
        reader.charge(chunk.length);
      } catch (error) {
        fail(error);
        return;
      }
      if (whole !== undefined) {
        // Node's parser ends the body at the declared length.
        length += chunk.copy(whole, length);
        giveBack(chunk);
        return;
      }
      length += chunk.length;
      chunks.push(chunk);
      if (declared === undefined || length * 4 < declared) return;
      whole = Buffer.allocUnsafeSlow(declared);
      let at = 0;
      for (const part of chunks) at += part.copy(whole, at);
      giveBack(...chunks);
      chunks.length = 0;
    };
    const onEnd = (): void => {
      stop();
      resolve(whole?.subarray(0, length) ?? Buffer.concat(chunks, length));
    };
    const onGone = (): void => fail(new FaultError({ kind: "canceled" }));
    req.on("data", onData);
    req.on("end", onEnd);
    req.on("error", onGone);
    req.on("close", onGone);
  });
}

/**
 * A small body mostly comes in with its headers; then it is here without a listener or an event.
 * @returns undefined when it is not all here yet.
 */
function wholeBody(
  req: IncomingMessage,
  declared: number | undefined,
  reader: BodyReader,
): Buffer | undefined {
  if (declared === undefined || req.readableLength !== declared) return undefined;
  reader.charge(declared);
  const chunk = req.read(declared) as Buffer | null;
  if (chunk === null) {
    reader.charge(-declared);
    return undefined;
  }
  // Whoever gets it may transfer it.
  return chunk.length === chunk.buffer.byteLength
    ? chunk
    : Buffer.from(new Uint8Array(chunk).buffer);
}

/**
 * Reads the rest of a refused body away.
 * @returns whether it ended within the bounds; if not, the connection cannot be used again.
 */
export function drain(req: IncomingMessage, maxBytes: number, maxMs: number): Promise<boolean> {
  if (req.complete || req.readableEnded || req.destroyed) return Promise.resolve(req.complete);
  const declared = declaredBytes(req);
  if (declared !== undefined && declared > maxBytes) return Promise.resolve(false);
  return new Promise((resolve) => {
    let length = 0;
    const stop = (complete: boolean): void => {
      clearTimeout(timer);
      req.off("data", onData);
      req.off("end", onEnd);
      req.off("error", onGone);
      req.off("close", onGone);
      resolve(complete);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) stop(false);
    };
    const onEnd = (): void => stop(true);
    const onGone = (): void => stop(false);
    const timer = setTimeout(stop, maxMs, false);
    req.on("data", onData);
    req.on("end", onEnd);
    req.on("error", onGone);
    req.on("close", onGone);
    req.resume();
  });
}

/** How much of a refused body is read away, and for how long: beyond it the connection is cut. */
export const DRAIN_BYTES = 64 * MiB;
export const DRAIN_MS = 5_000;

/** @returns whether a body follows the headers. */
export function hasBody(req: IncomingMessage): boolean {
  return req.headers["transfer-encoding"] !== undefined || (declaredBytes(req) ?? 0) > 0;
}

function declaredBytes(req: IncomingMessage): number | undefined {
  // Node's parser has refused what is not a number, or stands beside Transfer-Encoding.
  const header = req.headers["content-length"];
  if (header !== undefined) return Number(header);
  return req.headers["transfer-encoding"] === undefined ? 0 : undefined;
}

/** A parser in front of us took the stream: use what it kept, and never wait for what will not come. */
function readBefore(req: IncomingMessage): Buffer {
  const kept = req as { rawBody?: unknown; body?: unknown };
  if (Buffer.isBuffer(kept.rawBody)) return kept.rawBody;
  if (Buffer.isBuffer(kept.body)) return kept.body;
  throw new Error("the body was read before this handler and not kept as bytes");
}

function tooLarge(limitBytes: number): FaultError {
  return new FaultError({ kind: "tooLarge", what: "the body", limitBytes });
}
