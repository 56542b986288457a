/**
 * Twirp v7 over node:http: this file owns the protocol, twirp-ts routes and decodes.
 * Invariants: whatever comes in under the prefix is answered once, with Twirp JSON if it is an error; texts of
 * unexpected errors stay in the process and are logged once; a small call allocates little and waits for nothing.
 *
 * To add an RPC: name it in proto/, run `npm run generate`, write it in a file of its own,
 *
 *   // rpc/auth/get-setup-state.ts
 *   export function getSetupState(deps: { accounts: Accounts }) {
 *     return async (_ctx: RpcContext, _request: GetSetupStateRequest): Promise<GetSetupStateResponse> => ({
 *       needsOwner: await deps.accounts.isEmpty(),
 *       needsCode: deps.accounts.setupCode !== undefined,
 *     });
 *   }
 *
 * and name it in its service's object, which the generated type holds to be complete:
 *
 *   createAuthServiceServer<RpcContext>({ GetSetupState: getSetupState(deps), ... })
 *
 * An RPC throws FaultError for what a caller can cause. It takes `ctx.signal` along wherever it waits.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { TwirpContentType, TwirpError, TwirpErrorCode } from "twirp-ts";
import { FaultError } from "../../domain/fault.ts";
import { LIMITS } from "../../domain/limits.ts";
import type { Logger } from "../../domain/logger.ts";
import { Exchange, type ExchangeDeps } from "../../http/exchange.ts";
import { retryAfterSeconds } from "../../http/faults.ts";
import { errorJson, expected, INTERNAL_MESSAGE, malformed } from "./codes.ts";
import { type Authenticate, RpcContext } from "./context.ts";
import { jsonProblem } from "./json-guard.ts";
import { useRfc3339 } from "./rfc3339.ts";
import { type AnyTwirpServer, type RawHandler, type Route, routesOf } from "./routes.ts";
import { statusOfCode } from "./status.ts";
import { useFastWire } from "./wire.ts";

export interface TwirpOptions {
  /** Made by the generated `create…Server<RpcContext>`. */
  readonly services: readonly AnyTwirpServer[];
  /** Where the services live, such as `/twirp`; "" is the root. */
  readonly prefix: string;
  readonly exchange: ExchangeDeps;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  /**
   * Called with the route known and the body not yet read: the place to ask `ctx.principal()` and refuse
   * those who may not call `route.name`.
   */
  readonly admit?: (ctx: RpcContext, route: Route) => void | Promise<void>;
  /** By `argus.v1.LogService/SendLogs`: these get the body as it came, inflated. */
  readonly raw?: Readonly<Record<string, RawHandler>>;
  /** Called once a call, after its answer is handed to the socket. */
  readonly observe?: (call: CallRecord) => void;
}

export interface CallRecord {
  /** `argus.v1.LogService/Query`, or "" for what has no route. */
  readonly name: string;
  /** A Twirp error code, or `ok`. */
  readonly code: string;
  readonly elapsedMs: number;
  readonly sentBytes: number;
  readonly requestId: string;
}

/** Rights may end meanwhile; most answers take a hundredth of it. */
const LONG_MS = 1000;
const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/protobuf";

/**
 * A request listener for node:http, or for `app.use(prefix, …)`: it reads the whole URL either way.
 * It never throws and its promise never rejects: the returned void is the caller's to ignore.
 */
export function twirpHandler(
  options: TwirpOptions,
): (req: IncomingMessage, res: ServerResponse) => void {
  useFastWire();
  useRfc3339();
  const { prefix } = options;
  const routes = routesOf(options.services, prefix, options.raw ?? {});
  return (req, res) => {
    void answer(options, routes, req, res);
  };
}

/** @returns whether a URL belongs to the handler at `prefix`: it, and everything under it. */
export function isUnder(prefix: string, url: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const next = url.charCodeAt(prefix.length);
  // End of the text, "/" or "?".
  return Number.isNaN(next) || next === 0x2f || next === 0x3f;
}

async function answer(
  options: TwirpOptions,
  routes: ReadonlyMap<string, Route>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(options.exchange, req, res);
  let route: Route | undefined;
  let code = "ok";
  try {
    exchange.start();
    route = routeOf(routes, req);
    const isJson = contentTypeOf(req) === JSON_TYPE;
    const ctx = new RpcContext(
      route,
      isJson ? TwirpContentType.JSON : TwirpContentType.Protobuf,
      exchange,
      options.authenticate,
    );
    const out = await exchange.settle(run(options, route, ctx, isJson));
    if (exchange.elapsedMs >= LONG_MS) await ctx.checkReader();
    await exchange.send(200, isJson ? JSON_TYPE : PROTOBUF_TYPE, out);
  } catch (error) {
    code = await refuse(options, exchange, route, error);
  }
  try {
    options.observe?.({
      name: route?.name ?? "",
      code,
      elapsedMs: exchange.elapsedMs,
      sentBytes: exchange.sentBytes,
      requestId: exchange.requestId,
    });
  } catch (error) {
    options.logger.error("an observer of RPCs failed", error);
  }
}

async function run(
  options: TwirpOptions,
  route: Route,
  ctx: RpcContext,
  isJson: boolean,
): Promise<Uint8Array | string> {
  // Waiting, if only for a moment, lets the body of a small call come in whole: see `readRaw`.
  await options.admit?.(ctx, route);
  let body: Buffer;
  try {
    // Anybody may make the server read and parse what an RPC takes before it knows who calls.
    body = await ctx.exchange.body(route.raw === undefined ? LIMITS.messageOfRpcBytes : undefined);
  } catch (error) {
    throw undecodable(error, isJson);
  }
  const { raw } = route;
  if (raw !== undefined) {
    try {
      return await raw(ctx, body, isJson ? "json" : "protobuf");
    } catch (error) {
      throw undecodable(error, isJson);
    }
  }
  if (isJson) {
    const problem = jsonProblem(body);
    if (problem !== undefined) throw malformed("json", problem);
  }
  return route.decoded({ contentType: ctx.contentType, call: ctx }, body);
}

/** Bytes that do not inflate are as little a message as bytes that do not parse. */
function undecodable(error: unknown, isJson: boolean): unknown {
  if (!(error instanceof FaultError)) return error;
  const { fault } = error;
  return fault.kind === "invalid" && fault.field === "body"
    ? malformed(isJson ? "json" : "protobuf", fault.reason)
    : error;
}

/** The order of the checks is the protocol's: method, path, content type. */
function routeOf(routes: ReadonlyMap<string, Route>, req: IncomingMessage): Route {
  // Express cuts the mount path off `url` and keeps the whole in `originalUrl`.
  const url = (req as { originalUrl?: string }).originalUrl ?? req.url ?? "/";
  if (req.method !== "POST")
    throw badRoute(
      `unsupported method ${JSON.stringify(req.method)} (only POST is allowed)`,
      req,
      pathOf(url),
    );
  // Nearly all URLs are a path and nothing else.
  let route = routes.get(url);
  if (route === undefined) {
    const path = pathOf(url);
    route = routes.get(path);
    if (route === undefined)
      throw badRoute(`no handler for path ${JSON.stringify(path)}`, req, path);
  }
  const type = contentTypeOf(req);
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE)
    throw badRoute(
      `unexpected Content-Type: ${JSON.stringify(req.headers["content-type"] ?? "")}; send application/json or application/protobuf`,
      req,
      pathOf(url),
    );
  return route;
}

/** @returns the path without the query, escapes decoded where they are escapes. */
function pathOf(url: string): string {
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** @returns the type without parameters, in lower case. */
function contentTypeOf(req: IncomingMessage): string {
  const header = req.headers["content-type"];
  if (header === undefined || header === JSON_TYPE || header === PROTOBUF_TYPE) return header ?? "";
  const end = header.indexOf(";");
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

function badRoute(message: string, req: IncomingMessage, path: string): TwirpError {
  return new TwirpError(TwirpErrorCode.BadRoute, message).withMeta(
    "twirp_invalid_route",
    `${req.method ?? ""} ${path}`,
  );
}

/** Answers with an error; @returns its code. Never throws. */
async function refuse(
  options: TwirpOptions,
  exchange: Exchange,
  route: Route | undefined,
  thrown: unknown,
): Promise<string> {
  const { logger } = options;
  const name = route?.name ?? "";
  try {
    const error = expected(thrown);
    const code: TwirpErrorCode = error?.code ?? TwirpErrorCode.Internal;
    if (error === undefined)
      logger.error("an RPC failed", thrown, { rpc: name, request_id: exchange.requestId });
    else if (thrown instanceof FaultError) {
      const seconds = retryAfterSeconds(thrown.fault);
      if (seconds !== undefined && !exchange.res.headersSent)
        exchange.res.setHeader("Retry-After", String(seconds));
      // Damaged data is the caller's answer and our alarm.
      if (thrown.fault.kind === "corrupt")
        logger.error("stored data is damaged", thrown, {
          rpc: name,
          request_id: exchange.requestId,
        });
    }
    const body =
      error === undefined
        ? errorJson(code, INTERNAL_MESSAGE, { request_id: exchange.requestId })
        : errorJson(code, error.msg, error.meta);
    await exchange.send(statusOfCode(code), JSON_TYPE, body);
    return code;
  } catch (error) {
    logger.error("an answer could not be sent", error, {
      rpc: name,
      request_id: exchange.requestId,
    });
    exchange.res.destroy();
    return TwirpErrorCode.Internal;
  }
}
