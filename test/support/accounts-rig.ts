/**
 * The account services behind the real Twirp handler, at a port of their own, over the store in memory.
 * Invariant: closed when the test ends, with every connection.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { LIMITS, MiB } from "../../src/domain/limits.ts";
import { BodyBudget } from "../../src/http/body.ts";
import { UnreadAnswers } from "../../src/http/unread-answers.ts";
import { applicationService } from "../../src/rpc/application/application-service.ts";
import { authService } from "../../src/rpc/auth/auth-service.ts";
import { admitBy, authenticateBy } from "../../src/rpc/auth/caller.ts";
import { createLinks } from "../../src/rpc/auth/links.ts";
import { createSessionCookie } from "../../src/rpc/auth/session-cookie.ts";
import { instanceService } from "../../src/rpc/instance/instance-service.ts";
import { userService } from "../../src/rpc/user/user-service.ts";
import { twirpHandler } from "../../src/rpc/twirp/handler.ts";
import type { StoredUsage } from "../../src/storage/log-store.ts";
import { accountsFixture, type AccountsFixture } from "./accounts-fixture.ts";
import { keepingLogger, type KeptLine } from "./silent.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly cookie: string | null;
  /** The parsed body. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Twirp's error code, "ok" otherwise. */
  readonly code: string;
}

export interface AccountsRig extends AccountsFixture {
  readonly url: string;
  readonly serverLog: readonly KeptLine[];
  /** Calls `Service/Method` with JSON. */
  readonly call: (
    method: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

const NOTHING: StoredUsage = {
  rows: 0,
  sizeBytes: 0,
  minTimeNanos: undefined,
  maxTimeNanos: undefined,
};

/** @param options what the log store says of every application is `stored`: nothing unless said otherwise. */
export async function accountsRig(
  options: { publicUrl?: string; stored?: StoredUsage } = {},
): Promise<AccountsRig> {
  const fixture = await accountsFixture();
  const { accounts, clock } = fixture;
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const cookie = createSessionCookie({ clock, publicUrl, prefix: "/twirp" });
  const stored = options.stored ?? NOTHING;
  const links = createLinks({ publicUrl });
  const logger = keepingLogger();
  const server = createServer(
    twirpHandler({
      services: [
        authService({ accounts, cookie }),
        applicationService({ accounts, clock, links, stored: () => Promise.resolve(stored) }),
        userService({ accounts, links }),
        instanceService({
          audit: accounts.audit,
          version: "1.2.3",
          store: "sqlite",
          startedAtMs: clock.nowMs(),
          nodeVersion: "24.0.0",
        }),
      ],
      prefix: "/twirp",
      authenticate: authenticateBy(accounts.authenticator),
      admit: admitBy(() => undefined),
      logger,
      exchange: {
        clock,
        newRequestId: randomUUID,
        limits: { bodyBytes: LIMITS.bodyBytes, inflatedBytes: LIMITS.inflatedBytes },
        budget: new BodyBudget(16 * MiB),
        answers: new UnreadAnswers(16 * MiB),
        trustProxy: false,
      },
    }),
  );
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    ...fixture,
    url,
    serverLog: logger.lines,
    call: async (method, body, headers = {}) => {
      const response = await fetch(`${url}/twirp/argus.v1.${method}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      const json = JSON.parse(text) as Readonly<Record<string, unknown>>;
      return {
        status: response.status,
        body: text,
        cookie: response.headers.get("set-cookie"),
        json,
        code: response.ok ? "ok" : String(json["code"]),
      };
    },
  };
}
