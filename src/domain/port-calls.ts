/**
 * Calls of functions on the other side of a port: in another thread of this program.
 * Invariants: calls begin in the order they were made, and each is answered once: by its result, by what it threw
 * there (./thrown.ts), or by the error that the port ended with. Calls under way and waiting are bounded; what cannot
 * be sent was never under way. A call's signal reaches the other side as a signal of its own.
 */
import { FaultError } from "./fault.ts";
import { errorOf, type Thrown, thrownOf } from "./thrown.ts";

/** A port of either kind: a MessagePort or a Worker. */
export interface CallPort {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

/** A function that can be called through a port. Its signal aborts when the caller's does. */
export type PortFunction = (argument: never, signal: AbortSignal) => Promise<unknown>;

/** What a function answers when the buffers of its result are to be moved and not copied. */
export class Moved<T> {
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: T, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

// Both ends are this file of one program: what comes out of a port is one of these.
type Request =
  | {
      readonly id: number;
      readonly name: string;
      readonly argument: unknown;
      readonly canEnd: boolean;
    }
  | { readonly id: number; readonly cancel: true };
type Answer = { readonly id: number } & ({ readonly value: unknown } | Thrown);

/** For calls without a signal: most are, and a controller of their own would cost more than the rest of the call. */
const NEVER = new AbortController().signal;

/** Answers the calls that come through `port` until it closes. */
export function serveCalls(
  port: CallPort,
  functions: Readonly<Record<string, PortFunction>>,
): void {
  const running = new Map<number, AbortController>();
  const known = new Map(Object.entries(functions));
  const answer = async (request: Exclude<Request, { cancel: true }>): Promise<void> => {
    const { id, name, argument } = request;
    let signal = NEVER;
    if (request.canEnd) {
      const controller = new AbortController();
      signal = controller.signal;
      running.set(id, controller);
    }
    try {
      const run = known.get(name);
      if (run === undefined) throw new TypeError(`the other side has no function ${name}`);
      const result = await run(argument as never, signal);
      if (result instanceof Moved)
        port.postMessage({ id, value: result.value as unknown } satisfies Answer, [
          ...result.buffers,
        ]);
      else port.postMessage({ id, value: result } satisfies Answer);
    } catch (error) {
      port.postMessage({ id, ...thrownOf(error) } satisfies Answer);
    } finally {
      if (request.canEnd) running.delete(id);
    }
  };
  port.on("message", (message) => {
    const request = message as Request;
    if ("cancel" in request) running.get(request.id)?.abort(canceled());
    else void answer(request);
  });
}

export interface CallBounds {
  /** Calls that the other side has at one time. */
  readonly inFlight: number;
  /** Calls that wait here beyond those. */
  readonly waiting: number;
  /** Made for a call beyond both. */
  readonly full: () => Error;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Moved to the other side, not copied. */
  readonly give?: readonly ArrayBuffer[];
}

export interface PortCalls {
  /** Rejects with what the other side threw, with `full`'s error, or `canceled` when the signal aborts first. */
  readonly call: (name: string, argument: unknown, options?: CallOptions) => Promise<unknown>;
  /** The port has ended: calls under way, waiting and later ones reject with `error`. Only the first one counts. */
  readonly end: (error: Error) => void;
}

interface Call {
  /** Given when it is sent; 0 while it waits. */
  id: number;
  readonly name: string;
  readonly argument: unknown;
  readonly give: readonly ArrayBuffer[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
}

/** The calling side. The port stays the caller's, who says when it has ended. */
export function connectCalls(port: CallPort, bounds: CallBounds): PortCalls {
  const inFlight = new Map<number, Call>();
  const waiting = new Set<Call>();
  let lastId = 0;
  let ended: Error | undefined;

  function send(call: Call): void {
    const { name, argument, give, signal } = call;
    call.id = ++lastId;
    const request: Request = { id: call.id, name, argument, canEnd: signal !== undefined };
    try {
      if (give.length === 0) port.postMessage(request);
      else port.postMessage(request, [...give]);
      inFlight.set(call.id, call);
    } catch (error) {
      // What cannot be sent (a function, a buffer given away before) is a bug of the caller's.
      call.signal?.removeEventListener("abort", call.onAbort);
      call.reject(error);
    }
  }

  function abort(call: Call): void {
    if (waiting.delete(call)) call.reject(canceled());
    else port.postMessage({ id: call.id, cancel: true } satisfies Request);
  }

  port.on("message", (message) => {
    const answer = message as Answer;
    const call = inFlight.get(answer.id);
    if (call === undefined) return;
    inFlight.delete(answer.id);
    call.signal?.removeEventListener("abort", call.onAbort);
    if ("value" in answer) call.resolve(answer.value);
    else call.reject(errorOf(answer));
    for (const next of waiting) {
      if (inFlight.size >= bounds.inFlight) break;
      waiting.delete(next);
      send(next);
    }
  });

  return {
    call(name, argument, { signal, give = [] } = {}) {
      if (ended !== undefined) return Promise.reject(ended);
      if (signal?.aborted === true) return Promise.reject(canceled());
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const onAbort = (): void => abort(call);
      const call: Call = { id: 0, name, argument, give, signal, resolve, reject, onAbort };
      signal?.addEventListener("abort", onAbort, { once: true });
      if (inFlight.size < bounds.inFlight) send(call);
      else if (waiting.size < bounds.waiting) waiting.add(call);
      else {
        signal?.removeEventListener("abort", onAbort);
        reject(bounds.full());
      }
      return promise;
    },
    end(error) {
      if (ended !== undefined) return;
      ended = error;
      for (const call of [...inFlight.values(), ...waiting]) {
        call.signal?.removeEventListener("abort", call.onAbort);
        call.reject(error);
      }
      inFlight.clear();
      waiting.clear();
    },
  };
}

function canceled(): FaultError {
  return new FaultError({ kind: "canceled" });
}

/** @returns the bytes alone in their buffer, which a message takes along whole: as they are, or copied out of a larger one. */
export function aloneInBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? (bytes as Uint8Array<ArrayBuffer>)
    : Uint8Array.from(bytes);
}
