/**
 * Calls of functions in another thread of this program.
 * Invariant: each call is answered once: by its result, by the FaultError it met, or by an error when the thread ends.
 * A call's signal reaches the other side as a signal of its own. Calls under way are bounded: what comes beyond is
 * refused, and what cannot be sent was never under way.
 */
import type { MessagePort, Transferable, Worker } from "node:worker_threads";
import { type Fault, FaultError, overloaded } from "../../domain/fault.ts";

/** A function that can be called from another thread. */
export type ThreadFunction = (argument: never, signal: AbortSignal) => Promise<unknown>;

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
  | { readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly id: number; readonly cancel: true };
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: Fault }
  | {
      readonly id: number;
      readonly bug: { readonly message: string; readonly stack: string | undefined };
    };

/** Answers the calls that come through `port`, which is the worker's `parentPort`. */
export function serveCalls(
  port: MessagePort,
  functions: Readonly<Record<string, ThreadFunction>>,
): void {
  const running = new Map<number, AbortController>();
  const answer = async (id: number, name: string, argument: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const run = functions[name];
      if (run === undefined) throw new TypeError(`the thread has no function ${name}`);
      const value = await run(argument as never, controller.signal);
      if (value instanceof Moved)
        port.postMessage({ id, value: value.value as unknown } satisfies Answer, [
          ...value.buffers,
        ]);
      else port.postMessage({ id, value } satisfies Answer);
    } catch (error) {
      port.postMessage(failureOf(id, error));
    } finally {
      running.delete(id);
    }
  };
  port.on("message", (request: Request) => {
    if ("cancel" in request) running.get(request.id)?.abort(new FaultError({ kind: "canceled" }));
    else void answer(request.id, request.name, request.argument);
  });
}

function failureOf(id: number, error: unknown): Answer {
  if (error instanceof FaultError) return { id, fault: error.fault };
  const bug = error instanceof Error ? error : new Error(String(error));
  return { id, bug: { message: bug.message, stack: bug.stack } };
}

export interface ThreadCalls {
  /** @param give buffers that are moved to the other thread. */
  call(
    name: string,
    argument: unknown,
    options?: { signal?: AbortSignal | undefined; give?: readonly Transferable[] },
  ): Promise<unknown>;
}

/**
 * The calling side. The worker stays the caller's to end.
 * @param most calls under way; one more rejects with `overloaded`.
 */
export function connectCalls(worker: Worker, most: number): ThreadCalls {
  const pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: unknown) => void }
  >();
  let lastId = 0;
  let ended: Error | undefined;

  worker.on("message", (answer: Answer) => {
    const found = pending.get(answer.id);
    if (found === undefined) return;
    pending.delete(answer.id);
    if ("value" in answer) found.resolve(answer.value);
    else if ("fault" in answer) found.reject(new FaultError(answer.fault));
    else found.reject(Object.assign(new Error(answer.bug.message), { stack: answer.bug.stack }));
  });
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  worker.on("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => end(new Error("the thread has ended")));

  return {
    call(name, argument, options = {}) {
      if (ended !== undefined) return Promise.reject(ended);
      if (pending.size >= most) return Promise.reject(overloaded("too much is asked at once"));
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = ++lastId;
      const { signal } = options;
      const cancel = (): void => worker.postMessage({ id, cancel: true } satisfies Request);
      const settle = (): void => signal?.removeEventListener("abort", cancel);
      const call = {
        resolve: (value: unknown) => {
          settle();
          resolve(value);
        },
        reject: (error: unknown) => {
          settle();
          // Thrown in the other thread; the callers are told by this one.
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      try {
        worker.postMessage({ id, name, argument } satisfies Request, [...(options.give ?? [])]);
      } catch (error) {
        call.reject(error);
        return promise;
      }
      pending.set(id, call);
      if (signal?.aborted === true) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
      return promise;
    },
  };
}
