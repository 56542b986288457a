/**
 * A Twirp server with the real contract and the methods that a test gives it, at a port of its own.
 * Invariant: closed by `await using`, with every connection.
 */
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import {
  type AuthServiceTwirp,
  AuthServiceMethodList,
  createAuthServiceServer,
} from "../../generated/server/argus/v1/auth_service.twirp.ts";
import {
  type LogServiceTwirp,
  LogServiceMethodList,
  createLogServiceServer,
} from "../../generated/server/argus/v1/log_service.twirp.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { LIMITS, MiB } from "../../src/domain/limits.ts";
import { BodyBudget, type BodyLimits } from "../../src/http/body.ts";
import { createHttpServer } from "../../src/http/server.ts";
import { UnreadAnswers } from "../../src/http/unread-answers.ts";
import type { RpcContext } from "../../src/rpc/twirp/context.ts";
import { isUnder, twirpHandler, type TwirpOptions } from "../../src/rpc/twirp/handler.ts";
import { FakeClock } from "./fake-clock.ts";
import { type KeptLine, keepingLogger } from "./silent.ts";

export interface RigOptions {
  readonly auth?: Partial<AuthServiceTwirp<RpcContext>>;
  readonly log?: Partial<LogServiceTwirp<RpcContext>>;
  readonly twirp?: Partial<Omit<TwirpOptions, "exchange" | "services">>;
  readonly limits?: Partial<BodyLimits>;
  readonly budgetBytes?: number;
  readonly answerBytes?: number;
  readonly clock?: Clock;
}

export interface TwirpRig extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** What the server logged. */
  readonly errors: readonly KeptLine[];
  readonly budget: BodyBudget;
  readonly handler: ReturnType<typeof twirpHandler>;
}

/** Methods that no test gave: calling one is a bug of the test, answered as such. */
function complete<T extends object>(names: readonly string[], given: Partial<T> | undefined): T {
  const methods: Record<string, unknown> = {};
  for (const name of names)
    methods[name] = () => Promise.reject(new Error(`${name} is not part of this test`));
  return { ...methods, ...given } as T;
}

export async function startTwirp(options: RigOptions = {}): Promise<TwirpRig> {
  const logger = keepingLogger();
  const budget = new BodyBudget(options.budgetBytes ?? 256 * MiB);
  const prefix = options.twirp?.prefix ?? "/twirp";
  const handler = twirpHandler({
    services: [
      createAuthServiceServer<RpcContext>(complete(AuthServiceMethodList, options.auth)),
      createLogServiceServer<RpcContext>(complete(LogServiceMethodList, options.log)),
    ],
    prefix,
    authenticate: () => ({ kind: "nobody" }),
    logger,
    ...options.twirp,
    exchange: {
      clock: options.clock ?? new FakeClock(),
      newRequestId: randomUUID,
      limits: {
        bodyBytes: LIMITS.bodyBytes,
        inflatedBytes: LIMITS.inflatedBytes,
        ...options.limits,
      },
      budget,
      answers: new UnreadAnswers(options.answerBytes ?? 256 * MiB),
      trustProxy: false,
    },
  });
  const server = createHttpServer(
    (req, res) => {
      if (!isUnder(prefix, req.url ?? "")) return false;
      handler(req, res);
      return true;
    },
    (_req, res) => res.writeHead(404, { "content-type": "text/html" }).end("<p>elsewhere</p>"),
  );
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    errors: logger.lines,
    budget,
    handler,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
