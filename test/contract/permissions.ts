/**
 * Every RPC and every endpoint, called by every kind of caller, in JSON and in protobuf, on a running server: a suite for
 * each store that a server runs on.
 * Invariant: whoever is let through sends what the RPC itself refuses, so that the world stays as it is for the next.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApplicationServiceTwirp } from "../../generated/server/argus/v1/application_service.twirp.ts";
import type { AuthServiceTwirp } from "../../generated/server/argus/v1/auth_service.twirp.ts";
import type { InstanceServiceTwirp } from "../../generated/server/argus/v1/instance_service.twirp.ts";
import type { LogServiceTwirp } from "../../generated/server/argus/v1/log_service.twirp.ts";
import type { UserServiceTwirp } from "../../generated/server/argus/v1/user_service.twirp.ts";
import {
  type ApiAnswer,
  answerOf,
  type Json,
  ndjson,
  rpc,
  searchAll,
  send,
} from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { byJson, byProtobuf } from "../support/both-ways.ts";
import { CALLER_NAMES, type CallerName, EXPECTED } from "../support/permission-table.ts";
import { type ArgusProcess, OWNER, startArgus } from "../support/server-process.ts";

/** An RPC of the contract without a request below does not compile. */
type Rpc =
  | `AuthService/${keyof AuthServiceTwirp}`
  | `ApplicationService/${keyof ApplicationServiceTwirp}`
  | `InstanceService/${keyof InstanceServiceTwirp}`
  | `LogService/${keyof LogServiceTwirp}`
  | `UserService/${keyof UserServiceTwirp}`;

const PASSWORD = "a long enough password";
const MISSING = "00000000-0000-7000-8000-000000000000";
/** No id at all: refused as an argument, once the caller is let through. */
const NO_ID = "x";

interface World {
  readonly url: string;
  readonly tokens: Readonly<Record<CallerName, string | undefined>>;
  /** Credentials that hold no more, or never did. */
  readonly dead: Readonly<Record<string, string>>;
  readonly app: string;
  readonly otherApp: string;
  readonly key: string;
  readonly member: string;
  readonly entry: string;
  /** The cursor of a page of that application's entries. */
  readonly cursor: string;
}

/** @param env settings of the server beside an owner and a folder of its own. */
export function describePermissions(name: string, env: Readonly<Record<string, string>>): void {
  describe(`permissions: ${name}`, () => {
    let argus: ArgusProcess | undefined;
    let world: World;

    /** Seven passwords are hashed, each in a tenth of a second of a core that others may want. */
    const SET_UP_MS = 60_000;

    beforeAll(async () => {
      argus = await startArgus({ env });
      const { url } = argus;
      const admin = await ownerToken(url);
      const app = await makeApplication(url, "shop", admin);
      const other = await makeApplication(url, "other", admin);
      const must = async (method: string, request: object, token = admin): Promise<Json> => {
        const answer = await rpc(url, method, request, { token });
        if (answer.code !== "ok") throw new Error(`${method}: ${answer.text}`);
        return answer.body;
      };
      const person = async (name: string, application_id: string, role: string) => {
        const request = { application_id, email: `${name}@example.org`, role };
        const { invite_code: code } = await must("ApplicationService/AddMember", request);
        const { access_token, user } = await must("AuthService/AcceptInvite", {
          code,
          password: PASSWORD,
        });
        return { token: String(access_token), id: (user as { id: string }).id };
      };
      const key = async (application_id: string, ...scopes: string[]) => {
        const request = {
          application_id,
          name: "k",
          scopes: scopes.map((scope) => `SCOPE_${scope}`),
        };
        const { api_key, secret } = await must("ApplicationService/CreateApiKey", request);
        return { id: (api_key as { id: string }).id, secret: String(secret) };
      };
      const viewer = await person("viewer", app.id, "ROLE_VIEWER");
      const editor = await person("editor", app.id, "ROLE_EDITOR");
      const owner = await person("owner-of-shop", app.id, "ROLE_OWNER");
      // Owner of another application, and so a stranger in this one.
      const stranger = await person("stranger", other.id, "ROLE_OWNER");

      const revoked = await key(app.id, "INGEST", "READ");
      await must("ApplicationService/RevokeApiKey", { api_key_id: revoked.id });
      const ended = await must("AuthService/Login", {
        email: "editor@example.org",
        password: PASSWORD,
      });
      await must("AuthService/Logout", { refresh_token: ended["refresh_token"] });
      const disabled = await person("disabled", app.id, "ROLE_OWNER");
      await must("UserService/DisableUser", { user_id: disabled.id });

      await send(url, app.secret, [{ message: "one" }, { message: "two" }]);
      const [first] = await searchAll(url, app.secret, "");
      const page = await must("LogService/Query", { query: "", limit: 1 }, app.secret);

      const keys = {
        spare: await key(app.id, "INGEST"),
        ingest: await key(app.id, "INGEST"),
        read: await key(app.id, "READ"),
      };
      const { user: self } = await must("AuthService/GetMe", {});
      const user_id = (self as { id: string }).id;
      for (const { id } of [app, other]) {
        await must("ApplicationService/RemoveMember", { application_id: id, user_id });
      }
      world = {
        url,
        app: app.id,
        otherApp: other.id,
        member: viewer.id,
        entry: first?.id ?? "",
        cursor: String(page["next_cursor"]),
        key: keys.spare.id,
        tokens: {
          nobody: undefined,
          stranger: stranger.token,
          viewer: viewer.token,
          editor: editor.token,
          owner: owner.token,
          admin,
          ingestKey: keys.ingest.secret,
          readKey: keys.read.secret,
          otherKey: other.secret,
        },
        dead: {
          "no key of ours": "argus_000000000000_0000000000000000000000000000000000000000000",
          "no token of ours": "x.y.z",
          "a revoked key": revoked.secret,
          "an ended session": String(ended["access_token"]),
          "a disabled user": disabled.token,
        },
      };
    }, SET_UP_MS);

    afterAll(() => argus?.[Symbol.asyncDispose]());

    /**
     * What each RPC is asked about the application `app`, by whoever; `n` is another number at each call.
     * Of the RPCs about one thing of an application the thing is there, as otherwise nobody would be refused.
     */
    const REQUESTS: Readonly<Record<Rpc, (app: string, n: number) => object>> = {
      "AuthService/GetSetupState": () => ({}),
      "AuthService/SetUpOwner": () => ({}),
      // Another email each time, or the limit of tries would answer.
      "AuthService/Login": (_app, n) => ({ email: `${n}@example.org`, password: PASSWORD }),
      "AuthService/RefreshSession": () => ({}),
      "AuthService/Logout": () => ({}),
      "AuthService/GetMe": () => ({}),
      "AuthService/GetInvite": () => ({}),
      "AuthService/AcceptInvite": () => ({}),
      "AuthService/ResetPassword": () => ({}),
      "AuthService/ChangePassword": () => ({ new_password: "short" }),
      "AuthService/ListSessions": () => ({}),
      "AuthService/RevokeSession": () => ({ session_id: NO_ID }),

      "UserService/InviteUser": () => ({ email: NO_ID }),
      "UserService/ListUsers": () => ({}),
      "UserService/UpdateUser": () => ({ user_id: NO_ID }),
      "UserService/DisableUser": () => ({ user_id: NO_ID }),
      "UserService/EnableUser": () => ({ user_id: NO_ID }),
      "UserService/CreateResetLink": () => ({ user_id: NO_ID }),

      "ApplicationService/CreateApplication": () => ({ name: "No Name" }),
      "ApplicationService/GetApplication": (application_id) => ({ application_id }),
      "ApplicationService/ListApplications": () => ({}),
      "ApplicationService/UpdateApplication": (application_id) => ({ application_id, color: "#" }),
      "ApplicationService/DeleteApplication": (application_id) => ({ application_id }),
      "ApplicationService/CreateApiKey": (application_id) => ({ application_id }),
      "ApplicationService/ListApiKeys": (application_id) => ({ application_id }),
      "ApplicationService/RevokeApiKey": (app) => ({ api_key_id: thingOf(app, world.key) }),
      // Too long a grace.
      "ApplicationService/RotateApiKey": (app) => ({
        api_key_id: thingOf(app, world.key),
        grace_seconds: 4_000_000_000,
      }),
      "ApplicationService/AddMember": (application_id) => ({ application_id, email: NO_ID }),
      "ApplicationService/UpdateMember": (application_id) => ({
        application_id,
        user_id: thingOf(application_id, world.member),
      }),
      "ApplicationService/RemoveMember": (application_id) => ({ application_id, user_id: NO_ID }),
      "ApplicationService/ListMembers": (application_id) => ({ application_id }),
      "ApplicationService/GetUsage": (application_id) => ({ application_id, days: 1_000 }),
      "ApplicationService/ListAuditEvents": (application_id) => ({ application_id }),

      "InstanceService/GetInstance": () => ({}),
      "InstanceService/ListInstanceAuditEvents": () => ({}),

      // It takes its application from the key.
      "LogService/SendLogs": () => ({}),
      "LogService/Query": (application_id) => ({ application_id, query: "(" }),
      "LogService/GetEntry": (application_id) => ({ application_id, id: NO_ID }),
      "LogService/GetContext": (application_id) => ({ application_id, id: NO_ID }),
      "LogService/GetHistogram": (application_id) => ({ application_id, query: "(" }),
      "LogService/ListFields": (application_id) => ({ application_id }),
      "LogService/ListFieldValues": (application_id) => ({ application_id, field: "service" }),
      "LogService/GetPatterns": (application_id) => ({ application_id, query: "(" }),
      "LogService/GetFacets": (application_id) => ({ application_id, query: "(" }),
      "LogService/CompareWindows": (application_id) => ({ application_id, query: "(" }),
      "LogService/SuggestQueries": (application_id) => ({ application_id, query: "(" }),
      "LogService/ExplainQuery": (application_id) => ({ application_id, query: "(" }),
    };

    /** What a thing of the application is named by where the application is not there. */
    function thingOf(app: string, id: string): string {
      return app === MISSING ? MISSING : id;
    }

    const RPCS = Object.keys(REQUESTS) as Rpc[];
    const OPEN = RPCS.filter((name) => !EXPECTED[name].includes("u"));
    const CLOSED = RPCS.filter((name) => EXPECTED[name].includes("u"));
    const LETTERS: Readonly<Record<string, string>> = {
      unauthenticated: "u",
      permission_denied: "d",
      not_found: "n",
    };
    let calls = 0;

    test.each(CLOSED)("%s: every caller, in JSON and in protobuf", async (name) => {
      for (const way of [byJson(world.url), byProtobuf(world.url)]) {
        const got: string[] = [];
        for (const caller of CALLER_NAMES) {
          // An application of theirs: the key of another one is asked about this one all the same.
          const request = REQUESTS[name](world.app, calls++);
          // The one key is ended by the first who may: what the others may is seen without.
          const safe = name === "ApplicationService/RevokeApiKey" ? await spareKey() : request;
          const { code } = await way.call(name, safe, world.tokens[caller]);
          got.push(LETTERS[code] ?? "y");
        }
        expect(got.join(" "), way.name).toBe(expectedOf(name));
        for (const [what, token] of Object.entries(world.dead)) {
          const { code } = await way.call(name, REQUESTS[name](world.app, calls++), token);
          expect(code, `${way.name}, ${what}`).toBe("unauthenticated");
        }
      }
    });

    /** SendLogs and its like take the application from the key: that of another key is there, and is its own. */
    function expectedOf(action: "ingest" | Rpc): string {
      const takesKeys = action === "LogService/SendLogs" || action === "ingest";
      return takesKeys ? EXPECTED[action].replace("n", "y") : EXPECTED[action];
    }

    async function spareKey(): Promise<object> {
      const request = { application_id: world.app, name: "spare", scopes: ["SCOPE_INGEST"] };
      const token = world.tokens.owner;
      const made = await rpc(world.url, "ApplicationService/CreateApiKey", request, { token });
      return { api_key_id: (made.body["api_key"] as { id: string }).id };
    }

    test.each(OPEN)("%s: whatever credential comes along is not looked at", async (name) => {
      const answers = new Set<string>();
      const tokens = [...Object.values(world.tokens), ...Object.values(world.dead)];
      for (const token of tokens) {
        const answer = await rpc(world.url, name, REQUESTS[name](world.app, calls++), { token });
        answers.add(answer.text);
      }
      expect(answers.size).toBe(1);
    });

    /** Callers who may know nothing of the application. */
    const STRANGERS = ["stranger", "otherKey"] as const;
    /** RPCs that name an application, or a thing of one. */
    const ABOUT_ONE = CLOSED.filter((name) => expectedOf(name).includes("n"));

    test.each(ABOUT_ONE)("%s: another's application reads byte for byte as none", async (name) => {
      for (const caller of [...STRANGERS, "admin"] as const) {
        if (caller === "admin" && EXPECTED[name].split(" ")[CALLER_NAMES.indexOf(caller)] === "y")
          continue;
        const token = world.tokens[caller];
        const theirs = await rpc(world.url, name, REQUESTS[name](world.app, 0), { token });
        const none = await rpc(world.url, name, REQUESTS[name](MISSING, 0), { token });
        expect(blank(theirs)).toBe(blank(none));
      }
    });

    /** The answer with the ids that were asked about taken out, and what differs at each call. */
    function blank({ status, headers, text }: ApiAnswer): string {
      const kept = [...headers].filter(([name]) => name !== "x-request-id" && name !== "date");
      let said = JSON.stringify([status, kept, text]);
      for (const id of [world.app, world.key, world.member]) said = said.replaceAll(id, MISSING);
      return said;
    }

    test.each(STRANGERS)(
      "%s: an entry's link leads nowhere in another application",
      async (caller) => {
        const token = world.tokens[caller];
        const application_id = world.otherApp;
        // An entry that is nowhere: the last digit of its index is another one.
        const nowhere = `${world.entry.slice(0, -1)}7`;
        for (const name of ["LogService/GetEntry", "LogService/GetContext"]) {
          const theirs = await rpc(world.url, name, { application_id, id: world.entry }, { token });
          const none = await rpc(world.url, name, { application_id, id: nowhere }, { token });
          expect(theirs.code).toBe("not_found");
          expect(theirs.text.replaceAll(world.entry, nowhere)).toBe(none.text);
        }
      },
    );

    test.each(STRANGERS)(
      "%s: another's cursor reads byte for byte as one of nobody",
      async (caller) => {
        const token = world.tokens[caller];
        const ask = async (cursor: string): Promise<string> => {
          const request = { application_id: world.otherApp, query: "", limit: 1, cursor };
          const { code, body } = await rpc(world.url, "LogService/Query", request, { token });
          // What it took differs each time.
          return JSON.stringify([code, { ...body, stats: null }]);
        };
        // The same place in an application that is nowhere: the batch of the position is another one.
        const nowhere = world.cursor.replace(/[0-9a-f]{12}(?=\.\d+$)/, "000000000000");
        expect(nowhere).not.toBe(world.cursor);
        expect(await ask(world.cursor)).toBe(await ask(nowhere));
      },
    );

    test.each([
      { path: "/api/v1/tail", method: "GET", callers: STRANGERS },
      { path: "/api/v1/export", method: "GET", callers: STRANGERS },
      // No key may make one.
      { path: "/api/v1/export/ticket", method: "POST", callers: ["stranger"] as const },
    ])("$path: another's application reads byte for byte as none", async (asked) => {
      const { path, method, callers } = asked;
      for (const caller of [...callers, "admin"] as const) {
        const ask = async (application: string): Promise<ApiAnswer> =>
          answerOf(
            await fetch(`${world.url}${path}?application_id=${application}&query=`, {
              method,
              headers: { Authorization: `Bearer ${world.tokens[caller] ?? ""}` },
            }),
          );
        const theirs = await ask(world.app);
        expect(theirs.status).toBe(404);
        expect(blank(theirs)).toBe(blank(await ask(MISSING)));
      }
    });

    const STATUS_LETTERS: Readonly<Record<number, string>> = { 401: "u", 403: "d", 404: "n" };

    test("/ingest/ndjson: every caller", async () => {
      const got: string[] = [];
      for (const caller of CALLER_NAMES) {
        const { status } = await ndjson(world.url, "{}", { token: world.tokens[caller] });
        got.push(STATUS_LETTERS[status] ?? "y");
      }
      expect(got.join(" ")).toBe(expectedOf("ingest"));
      for (const token of Object.values(world.dead)) {
        expect((await ndjson(world.url, "{}", { token })).status).toBe(401);
      }
    });

    test.each([
      { name: "tail", path: "tail", method: "GET" },
      { name: "export", path: "export", method: "GET" },
      { name: "export ticket", path: "export/ticket", method: "POST" },
    ] as const)("/api/v1/$path: every caller", async ({ name, path, method }) => {
      const got: string[] = [];
      const ask = async (token: string | undefined): Promise<number> => {
        const stop = new AbortController();
        const asked = `/api/v1/${path}?application_id=${world.app}&query=`;
        const answer = await fetch(`${world.url}${asked}`, {
          method,
          headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
          signal: stop.signal,
        });
        stop.abort();
        return answer.status;
      };
      for (const caller of CALLER_NAMES) {
        got.push(STATUS_LETTERS[await ask(world.tokens[caller])] ?? "y");
      }
      expect(got.join(" ")).toBe(EXPECTED[name]);
      for (const token of Object.values(world.dead)) expect(await ask(token)).toBe(401);
    });

    test("the world is as it was", async () => {
      const { owner: token } = world.tokens;
      const answer = await rpc(world.url, "AuthService/GetMe", {}, { token });
      expect(answer.body).toMatchObject({ memberships: [{ role: "ROLE_OWNER" }] });
      const admin = { email: OWNER.email, password: OWNER.password };
      expect((await rpc(world.url, "AuthService/Login", admin)).code).toBe("ok");
    });
  });
}
