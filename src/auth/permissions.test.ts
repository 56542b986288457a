import { expect, test } from "vitest";
import { EXPECTED } from "../../test/support/permission-table.ts";
import { FaultError, messageOf } from "../domain/fault.ts";
import { parseApiKeyId, parseAppId, parseSessionId, parseUserId } from "../domain/ids.ts";
import type { Principal, Role, Scope } from "../domain/principal.ts";
import {
  admit,
  applicationOf,
  authorize,
  isOpen,
  noSuchApplication,
  PERMISSIONS,
  type Action,
} from "./permissions.ts";

const APP = parseAppId("00000000-0000-7000-8000-000000000001");
const OTHER_APP = parseAppId("00000000-0000-7000-8000-000000000002");
const NO_APP = parseAppId("00000000-0000-7000-8000-000000000003");

function user(role?: Role, instanceAdmin = false): Principal {
  return {
    kind: "user",
    userId: parseUserId("00000000-0000-7000-8000-0000000000aa"),
    sessionId: parseSessionId("00000000-0000-7000-8000-0000000000bb"),
    instanceAdmin,
    roles: new Map(role === undefined ? [] : [[APP, role]]),
  };
}

function key(appId: typeof APP, ...scopes: Scope[]): Principal {
  return {
    kind: "key",
    keyId: parseApiKeyId("00000000-0000-7000-8000-0000000000cc"),
    appId,
    scopes: new Set(scopes),
  };
}

/** In the order of the letters of a row of the table. */
const CALLERS = {
  nobody: { kind: "nobody" },
  stranger: user(),
  viewer: user("viewer"),
  editor: user("editor"),
  owner: user("owner"),
  admin: user(undefined, true),
  ingestKey: key(APP, "ingest"),
  readKey: key(APP, "read"),
  otherKey: key(OTHER_APP, "ingest", "read"),
} as const satisfies Record<string, Principal>;

const LETTERS = { unauthenticated: "u", notFound: "n", denied: "d" } as const;

function outcome(work: () => void): string {
  try {
    work();
    return "y";
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { kind } = error.fault;
    return kind === "unauthenticated" || kind === "notFound" || kind === "denied"
      ? LETTERS[kind]
      : kind;
  }
}

function textOf(work: () => void): string {
  try {
    work();
    return "";
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return messageOf(error.fault);
  }
}

const actions = Object.keys(PERMISSIONS) as Action[];

test.each(actions)("%s: every caller", (action) => {
  const got = Object.values(CALLERS).map((caller) => outcome(() => authorize(caller, action, APP)));
  expect(got.join(" ")).toBe(EXPECTED[action]);
});

test.each(actions)("%s: an application that is not there reads as another's", (action) => {
  for (const caller of Object.values(CALLERS)) {
    const missing = textOf(() => authorize(caller, action, NO_APP));
    const others = textOf(() => authorize(caller, action, OTHER_APP));
    if (caller.kind === "key" && caller.appId === OTHER_APP) continue;
    expect(others.replaceAll(OTHER_APP, NO_APP)).toBe(missing);
    if (missing.includes(NO_APP)) expect(missing).toBe(messageOf(noSuchApplication(NO_APP).fault));
  }
});

test.each(actions)("%s: what is refused without the application is refused with it", (action) => {
  for (const caller of Object.values(CALLERS)) {
    const early = textOf(() => admit(caller, action));
    if (early !== "") expect(textOf(() => authorize(caller, action, APP))).toBe(early);
    if (isOpen(action)) expect(early).toBe("");
  }
});

test("a request that names no application means the key's own, and a user must say", () => {
  expect(applicationOf(CALLERS.readKey, undefined)).toBe(APP);
  expect(applicationOf(CALLERS.readKey, OTHER_APP)).toBe(OTHER_APP);
  expect(outcome(() => void applicationOf(CALLERS.owner, undefined))).toBe("invalid");
  expect(outcome(() => void applicationOf(CALLERS.nobody, undefined))).toBe("u");
  expect(outcome(() => authorize(CALLERS.ingestKey, "LogService/SendLogs"))).toBe("y");
});
