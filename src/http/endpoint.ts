/**
 * Plain HTTP endpoints beside Twirp: the dialects of other tools, health, tail.
 * Invariants: one answer each; a fault is answered as `{ "error": { kind, message, … } }` with its status;
 * texts of unexpected errors stay in the process and are logged once.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Fault, FaultError } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import type { Principal } from "../domain/principal.ts";
import { Exchange, type ExchangeDeps } from "./exchange.ts";
import { retryAfterSeconds, statusOf, toldOf } from "./faults.ts";

export interface EndpointDeps {
  readonly exchange: ExchangeDeps;
  readonly logger: Logger;
  /** Finds out who calls; throws `unauthenticated`. */
  readonly authenticate: (
    authorization: string | undefined,
    exchange: Exchange,
  ) => Principal | Promise<Principal>;
  /** Called once a request, after its answer is handed to the socket. */
  readonly observe?: (call: { name: string; status: number; elapsedMs: number }) => void;
}

export interface EndpointCall {
  readonly exchange: Exchange;
  readonly query: URLSearchParams;
  /** Who calls, found out once and only when asked. */
  principal(): Promise<Principal>;
  /** Who calls now: for answers that go on for longer than a credential may live. */
  principalNow(): Promise<Principal>;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** Answers a call; undefined when it has written to `exchange.res` itself and ended it. */
export type EndpointHandler = (call: EndpointCall) => Promise<Answer | undefined>;

/** A line of JSON: these endpoints are asked from shells, where the next prompt would stick to an open line. */
export function jsonAnswer(value: object, status = 200): Answer {
  return { status, contentType: "application/json", body: jsonLine(value) };
}

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * @param name for figures and the own log: a fixed word, never from the request.
 * @param kind `stream`: the answer goes on until the caller leaves, so it has no deadline.
 * @returns a listener that never throws and whose work nobody needs to await.
 */
export function endpoint(
  deps: EndpointDeps,
  name: string,
  handler: EndpointHandler,
  kind: "once" | "stream" = "once",
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    void answer(deps, name, handler, kind, req, res);
  };
}

async function answer(
  deps: EndpointDeps,
  name: string,
  handler: EndpointHandler,
  kind: "once" | "stream",
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(deps.exchange, req, res);
  let status = 0;
  try {
    if (kind === "stream") exchange.start(Number.POSITIVE_INFINITY);
    else exchange.start();
    const url = (req as { originalUrl?: string }).originalUrl ?? req.url ?? "/";
    const mark = url.indexOf("?");
    let principal: Promise<Principal> | undefined;
    const principalNow = async (): Promise<Principal> =>
      deps.authenticate(req.headers.authorization, exchange);
    const call: EndpointCall = {
      exchange,
      query: new URLSearchParams(mark < 0 ? "" : url.slice(mark)),
      principal: () => (principal ??= principalNow()),
      principalNow,
    };
    const out = await exchange.settle(handler(call));
    status = out?.status ?? res.statusCode;
    if (out !== undefined) await exchange.send(out.status, out.contentType, out.body);
  } catch (error) {
    status = await refuse(deps, name, exchange, error);
  }
  deps.observe?.({ name, status, elapsedMs: exchange.elapsedMs });
}

/** Answers with an error; @returns its status. Never throws. */
async function refuse(
  deps: EndpointDeps,
  name: string,
  exchange: Exchange,
  error: unknown,
): Promise<number> {
  try {
    const fault = error instanceof FaultError ? error.fault : undefined;
    if (fault === undefined || fault.kind === "corrupt")
      deps.logger.error("a request failed", error, {
        endpoint: name,
        request_id: exchange.requestId,
      });
    const status = fault === undefined ? 500 : statusOf(fault);
    const seconds = fault === undefined ? undefined : retryAfterSeconds(fault);
    if (exchange.res.headersSent) {
      // An answer that streams can only be cut: its reader sees that it is not whole.
      if (!exchange.res.writableEnded) exchange.res.destroy();
      return status;
    }
    if (seconds !== undefined) exchange.res.setHeader("Retry-After", String(seconds));
    await exchange.send(status, "application/json", errorBody(fault, exchange.requestId));
    return status;
  } catch (failure) {
    deps.logger.error("an answer could not be sent", failure, {
      endpoint: name,
      request_id: exchange.requestId,
    });
    exchange.res.destroy();
    return 500;
  }
}

function errorBody(fault: Fault | undefined, requestId: string): string {
  const error =
    fault === undefined
      ? { kind: "internal", message: "internal error", request_id: requestId }
      : {
          kind: fault.kind,
          message: toldOf(fault),
          ...(fault.kind === "invalid" ? { field: fault.field, ...fault.meta } : {}),
        };
  return jsonLine({ error });
}
