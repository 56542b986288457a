/**
 * Every RPC of a real server, in JSON and in protobuf, by one table of cases.
 * Invariant: answers are the same whichever store the server runs on.
 */
import { randomUUIDv7 } from "node:crypto";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FoundEntry, rpc, search, send } from "../support/api-calls.ts";
import { ownerToken } from "../support/api-setup.ts";
import { byJson, byProtobuf, type Called, type Way } from "../support/both-ways.ts";
import { call } from "../support/http-call.ts";
import { testQueryAids } from "./query-aid-cases.ts";
import { type ArgusProcess, OWNER, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { describeCounts } from "./count-cases.ts";

const NOBODY = "0197f000-0000-7000-8000-0000000000ff";
const ENTRIES = 25;

export interface RpcWorld {
  /** As the instance names it. */
  readonly store: "sqlite" | "cassandra";
  /** Of a server whose store is empty, each time it is asked. */
  readonly settings: () => Readonly<Record<string, string>>;
}

export function describeRpc({ store, settings }: RpcWorld): void {
  let argus: ArgusProcess;
  let owner = "";
  beforeAll(async () => {
    argus = await startArgus({ env: settings() });
    owner = await ownerToken(argus.url);
  });
  afterAll(() => argus?.[Symbol.asyncDispose]());

  describe.each([
    { name: "JSON", make: byJson },
    { name: "protobuf", make: byProtobuf },
  ])("by $name", ({ name, make }) => {
    let way: Way;
    const apps = { mine: "", other: "" };
    const keys = { all: "", ingest: "", read: "", other: "" };
    const slug = name.toLowerCase();
    const ok = async (method: string, request: object, token?: string): Promise<Called["body"]> => {
      const called = await way.call(method, request, token);
      expect([method, called.code, called.message]).toEqual([method, "ok", ""]);
      return called.body;
    };
    const codeOf = async (method: string, request: object, token?: string): Promise<string> =>
      (await way.call(method, request, token)).code;
    const makeKey = async (application_id: string, ...scopes: string[]): Promise<string> => {
      const request = { application_id, name: scopes.join(" "), scopes };
      return String((await ok("ApplicationService/CreateApiKey", request, owner))["secret"]);
    };

    beforeAll(async () => {
      way = make(argus.url);
      for (const which of ["mine", "other"] as const) {
        const request = { name: `${slug}-${which}`, title: `T ${which}` };
        const { application } = (await ok(
          "ApplicationService/CreateApplication",
          request,
          owner,
        )) as { application: { id: string } };
        apps[which] = application.id;
      }
      keys.all = await makeKey(apps.mine, "SCOPE_INGEST", "SCOPE_READ");
      keys.ingest = await makeKey(apps.mine, "SCOPE_INGEST");
      keys.read = await makeKey(apps.mine, "SCOPE_READ");
      keys.other = await makeKey(apps.other, "SCOPE_INGEST", "SCOPE_READ");
      const entries = Array.from({ length: ENTRIES }, (_, n) => ({
        message: `entry ${n}`,
        level: n % 5 === 0 ? "LEVEL_ERROR" : "LEVEL_INFO",
        service: `svc-${n % 2}`,
        attributes: { n, big: "x".repeat(100) },
      }));
      const sent = await ok(
        "LogService/SendLogs",
        { batch_id: randomUUIDv7(), entries },
        keys.ingest,
      );
      expect(sent).toMatchObject({ accepted: ENTRIES, duplicate: false, rejected: [] });
      await ok("LogService/SendLogs", { entries: [{ message: "entry of another" }] }, keys.other);
    });

    test("sessions: login, who am I, refresh in both rotations, logout", async () => {
      expect(await ok("AuthService/GetSetupState", {})).toEqual({
        needs_owner: false,
        needs_code: false,
      });
      // Another address's attempts: five a minute are the owner's, and this file needs them.
      const wrong = { email: `${slug}@example.org`, password: OWNER.password };
      expect(await codeOf("AuthService/Login", wrong)).toBe("unauthenticated");
      const login = await ok("AuthService/Login", OWNER);
      expect(login["user"]).toMatchObject({ email: OWNER.email, instance_admin: true });
      const me = await ok("AuthService/GetMe", {}, String(login["access_token"]));
      expect(me["memberships"]).toEqual(
        expect.arrayContaining([expect.objectContaining({ role: "ROLE_OWNER" })]),
      );
      const refresh = async (token: unknown) =>
        ok("AuthService/RefreshSession", { refresh_token: token });
      const first = await refresh(login["refresh_token"]);
      // The one just replaced gives the same successor: two tabs.
      expect((await refresh(login["refresh_token"]))["refresh_token"]).toBe(first["refresh_token"]);
      const second = await refresh(first["refresh_token"]);
      // One older than that was copied: the session ends for all who hold it.
      const replay = { refresh_token: login["refresh_token"] };
      expect(await codeOf("AuthService/RefreshSession", replay)).toBe("unauthenticated");
      expect(
        await codeOf("AuthService/RefreshSession", { refresh_token: second["refresh_token"] }),
      ).toBe("unauthenticated");
      expect(await codeOf("AuthService/GetMe", {}, String(second["access_token"]))).toBe(
        "unauthenticated",
      );
      const again = await ok("AuthService/Login", OWNER);
      await ok("AuthService/Logout", { refresh_token: again["refresh_token"] });
      expect(await codeOf("AuthService/GetMe", {}, String(again["access_token"]))).toBe(
        "unauthenticated",
      );
    });

    test("applications are created, read, listed, changed and deleted", async () => {
      const request = { name: `${slug}-temp`, title: "Temp", retention_days: 7 };
      const made = (await ok("ApplicationService/CreateApplication", request, owner)) as {
        application: { id: string };
      };
      const { id } = made.application;
      expect(made.application).toMatchObject({ ...request, role: "ROLE_OWNER" });
      expect(await codeOf("ApplicationService/CreateApplication", request, owner)).toBe(
        "already_exists",
      );
      const changed = await ok(
        "ApplicationService/UpdateApplication",
        { application_id: id, title: "Changed", retention_days: 0 },
        owner,
      );
      expect(changed["application"]).toMatchObject({ title: "Changed", retention_days: 0 });
      const read = await ok("ApplicationService/GetApplication", { application_id: id }, owner);
      expect(read["application"]).toEqual(changed["application"]);
      const names: string[] = [];
      let page_token = "";
      do {
        const page = (await ok(
          "ApplicationService/ListApplications",
          { page_size: 2, page_token },
          owner,
        )) as { applications: { name: string }[]; next_page_token: string };
        names.push(...page.applications.map((one) => one.name));
        page_token = page.next_page_token;
      } while (page_token !== "");
      expect(names).toEqual(
        expect.arrayContaining([request.name, `${slug}-mine`, `${slug}-other`]),
      );
      const confirm = (confirm_name: string) => ({ application_id: id, confirm_name });
      expect(await codeOf("ApplicationService/DeleteApplication", confirm("no"), owner)).toBe(
        "invalid_argument",
      );
      await ok("ApplicationService/DeleteApplication", confirm(request.name), owner);
      expect(await codeOf("ApplicationService/GetApplication", { application_id: id }, owner)).toBe(
        "not_found",
      );
    });

    test("a revoked key is refused at once", async () => {
      const secret = await makeKey(apps.mine, "SCOPE_READ");
      await ok("LogService/Query", {}, secret);
      const { api_keys } = (await ok(
        "ApplicationService/ListApiKeys",
        { application_id: apps.mine },
        owner,
      )) as { api_keys: { id: string; prefix: string }[] };
      const found = api_keys.find(({ prefix }) => secret.startsWith(prefix));
      expect(JSON.stringify(api_keys)).not.toContain(secret);
      await ok("ApplicationService/RevokeApiKey", { api_key_id: found?.id }, owner);
      expect(await codeOf("LogService/Query", {}, secret)).toBe("unauthenticated");
      expect(
        await codeOf(
          "ApplicationService/CreateApiKey",
          { application_id: apps.mine, name: "none", scopes: [] },
          owner,
        ),
      ).toBe("invalid_argument");
    });

    test.each([false, true])("pages by cursor, ascending %s", async (ascending) => {
      const messages: string[] = [];
      let cursor = "";
      for (let pages = 1; ; pages++) {
        const page = (await ok(
          "LogService/Query",
          { query: "entry", limit: 10, cursor, ascending },
          keys.read,
        )) as unknown as { entries: FoundEntry[]; next_cursor: string };
        messages.push(...page.entries.map(({ message }) => message));
        cursor = page.next_cursor;
        if (cursor === "") {
          expect(pages).toBe(3);
          break;
        }
      }
      const all = Array.from({ length: ENTRIES }, (_, n) => `entry ${n}`);
      expect(messages).toEqual(ascending ? all : all.toReversed());
    });

    test("pipes make a table", async () => {
      const { entries, table } = await ok(
        "LogService/Query",
        { query: "entry | stats count() as c by level | sort c desc" },
        keys.read,
      );
      expect(entries).toEqual([]);
      expect(table).toMatchObject({
        columns: [{ name: "level" }, { name: "c", type: "number" }],
        rows: [
          ["info", 20],
          ["error", 5],
        ],
      });
    });

    test("an entry, its context, the histogram, fields and values", async () => {
      const { entries } = await search(argus.url, keys.read, "n:12");
      const id = entries[0]?.id ?? "";
      const one = (await ok("LogService/GetEntry", { id }, keys.read)) as { entry: FoundEntry };
      expect(one.entry).toMatchObject({ id, message: "entry 12", attributes: { n: 12 } });
      const around = (await ok(
        "LogService/GetContext",
        { id, before: 2, after: 2, same_service: true },
        keys.read,
      )) as unknown as { before: FoundEntry[]; entry: FoundEntry; after: FoundEntry[] };
      expect(
        [...around.before, around.entry, ...around.after].map(({ message }) => message),
      ).toEqual(["entry 8", "entry 10", "entry 12", "entry 14", "entry 16"]);
      const { buckets } = (await ok("LogService/GetHistogram", { query: "entry" }, keys.read)) as {
        buckets: { counts: { info: string; error: string } }[];
      };
      const sum = (level: "info" | "error"): number =>
        buckets.reduce((total, { counts }) => total + Number(counts[level]), 0);
      expect([sum("info"), sum("error")]).toEqual([20, 5]);
      const { fields } = await ok("LogService/ListFields", { prefix: "n" }, keys.read);
      expect(fields).toEqual([{ name: "n", type: "number", share: 1 }]);
      const big = await ok("LogService/ListFields", { prefix: "big" }, keys.read);
      expect(big["fields"]).toEqual([{ name: "big", type: "string", share: 1 }]);
      const { values } = await ok(
        "LogService/ListFieldValues",
        { field: "service", query: "level:error" },
        keys.read,
      );
      expect(values).toEqual([
        { value: "svc-0", count: "3" },
        { value: "svc-1", count: "2" },
      ]);
    });

    testQueryAids({
      ok: (method, request) => ok(method, request, keys.read),
      codeOf: (method, request) => codeOf(method, request, keys.read),
      find: (query) => search(argus.url, keys.read, query),
    });

    describeCounts(() => ({ ok, codeOf, keys }));

    test("the instance tells its version to an admin, and to nobody else", async () => {
      const instance = await ok("InstanceService/GetInstance", {}, owner);
      expect(instance).toMatchObject({ store, node_version: process.version });
      expect(await codeOf("InstanceService/GetInstance", {}, keys.all)).toBe("permission_denied");
      expect(await codeOf("InstanceService/GetInstance", {})).toBe("unauthenticated");
    });

    test("another tenant's application reads as one that is not there", async () => {
      for (const [method, more] of [
        ["LogService/Query", {}],
        ["LogService/GetEntry", { id: `1.${NOBODY}.0` }],
        ["LogService/GetContext", { id: `1.${NOBODY}.0` }],
        ["LogService/GetHistogram", {}],
        ["LogService/ListFields", {}],
        ["LogService/ListFieldValues", { field: "n" }],
        ["LogService/GetPatterns", {}],
        ["LogService/SuggestQueries", {}],
        ["LogService/ExplainQuery", {}],
        ["LogService/GetFacets", {}],
        ["LogService/CompareWindows", {}],
        ["ApplicationService/GetApplication", {}],
      ] as const) {
        const ask = async (application_id: string): Promise<string> => {
          const { code, message, meta } = await way.call(
            method,
            { application_id, ...more },
            keys.other,
          );
          expect([method, code]).toEqual([method, "not_found"]);
          return JSON.stringify({ code, message, meta }).replaceAll(application_id, "ID");
        };
        expect(await ask(apps.mine)).toBe(await ask(NOBODY));
      }
    });

    test("another tenant's entries and cursors give nothing away", async () => {
      const page = await search(argus.url, keys.read, "entry", { limit: 5 });
      const id = page.entries[0]?.id ?? "";
      const unknown = id.replace(/\.[^.]+\./, `.${NOBODY}.`);
      for (const method of ["GetEntry", "GetContext"]) {
        const ask = async (which: string): Promise<string> => {
          const { code, message, meta } = await way.call(
            `LogService/${method}`,
            { id: which },
            keys.other,
          );
          expect(code).toBe("not_found");
          return JSON.stringify({ code, message, meta }).replaceAll(which, "ID");
        };
        expect(await ask(id)).toBe(await ask(unknown));
      }
      const foreign = await ok(
        "LogService/Query",
        { query: "entry", cursor: page.next_cursor },
        keys.other,
      );
      for (const { message } of foreign["entries"] as FoundEntry[])
        expect(message).toBe("entry of another");
    });

    test("a key without the scope is denied, and a person may not send", async () => {
      expect(await codeOf("LogService/Query", {}, keys.ingest)).toBe("permission_denied");
      const entries = [{ message: "denied" }];
      expect(await codeOf("LogService/SendLogs", { entries }, keys.read)).toBe("permission_denied");
      expect(await codeOf("LogService/SendLogs", { entries }, owner)).toBe("permission_denied");
      expect(await codeOf("AuthService/GetMe", {}, keys.all)).toBe("permission_denied");
      expect(
        await codeOf("ApplicationService/ListApiKeys", { application_id: apps.mine }, keys.all),
      ).toBe("permission_denied");
    });

    test("a bad query says where, and what would work", async () => {
      const bad = await way.call("LogService/Query", { query: "a | stat count()" }, keys.read);
      expect(bad.code).toBe("invalid_argument");
      expect(bad.meta).toMatchObject({ start: "4", end: "8", fix_1: "a | stats count()" });
      expect(bad.requestId).not.toBe("");
      await ok("LogService/Query", { query: bad.meta["fix_1"] }, keys.read);
    });
  });

  test("the set-up link makes the owner, once", async () => {
    await using fresh = await startArgus({
      env: { ...settings(), ARGUS_OWNER_EMAIL: "", ARGUS_OWNER_PASSWORD: "" },
    });
    const way = byJson(fresh.url);
    expect((await way.call("AuthService/GetSetupState", {})).body).toEqual({
      needs_owner: true,
      needs_code: true,
    });
    const setup_code = await until("the set-up link is printed", () =>
      fresh.log.map((line) => /\/setup#(\w+)"/.exec(line)?.[1]).find((code) => code !== undefined),
    );
    const request = { ...OWNER, name: "Owner" };
    expect(
      (await way.call("AuthService/SetUpOwner", { ...request, setup_code: "wrong" })).code,
    ).toBe("permission_denied");
    const made = await byProtobuf(fresh.url).call("AuthService/SetUpOwner", {
      ...request,
      setup_code,
    });
    expect(made.code).toBe("ok");
    const me = await way.call("AuthService/GetMe", {}, String(made.body["access_token"]));
    expect(me.body["user"]).toMatchObject({ email: OWNER.email, instance_admin: true });
    expect((await way.call("AuthService/SetUpOwner", { ...request, setup_code })).code).toBe(
      "already_exists",
    );
  });

  test("a request id comes back, a strange one is replaced", async () => {
    const ask = async (id: string): Promise<string | null> =>
      (
        await rpc(argus.url, "AuthService/GetSetupState", {}, { headers: { "X-Request-Id": id } })
      ).headers.get("x-request-id");
    expect(await ask("my-request.1")).toBe("my-request.1");
    expect(await ask("spaces are strange")).not.toBe("spaces are strange");
  });

  test("too many logins say when to come back", async () => {
    const attempt = () =>
      rpc(argus.url, "AuthService/Login", { email: "guess@example.org", password: "x".repeat(12) });
    const refused = await until("a login is refused for their number", async () => {
      const answer = await attempt();
      return answer.status === 429 ? answer : undefined;
    });
    expect(refused.code).toBe("resource_exhausted");
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  });

  test.each([
    { encoding: "gzip", pack: gzipSync, unpack: gunzipSync },
    { encoding: "zstd", pack: zstdCompressSync, unpack: zstdDecompressSync },
  ])("$encoding is understood and spoken", async ({ encoding, pack, unpack }) => {
    const port = Number(new URL(argus.url).port);
    const created = await rpc(
      argus.url,
      "ApplicationService/CreateApplication",
      { name: `packed-${encoding}`, title: "Packed" },
      { token: owner },
    );
    const { id } = created.body["application"] as { id: string };
    const key = await rpc(
      argus.url,
      "ApplicationService/CreateApiKey",
      { application_id: id, name: "k", scopes: ["SCOPE_INGEST", "SCOPE_READ"] },
      { token: owner },
    );
    const secret = String(key.body["secret"]);
    const headers = {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      "content-encoding": encoding,
      "accept-encoding": encoding,
    };
    const entries = Array.from({ length: 50 }, (_, n) => ({
      message: `packed ${n} ${"y".repeat(50)}`,
    }));
    const sent = await call(port, {
      path: "/twirp/argus.v1.LogService/SendLogs",
      headers,
      body: pack(Buffer.from(JSON.stringify({ entries }))),
    });
    expect(sent.status).toBe(200);
    await send(argus.url, secret, [{ message: "packed plain" }]);
    const found = await call(port, {
      path: "/twirp/argus.v1.LogService/Query",
      headers,
      body: pack(Buffer.from('{"query":"packed"}')),
    });
    expect([found.status, found.headers["content-encoding"]]).toEqual([200, encoding]);
    const answer = JSON.parse(unpack(found.bytes).toString()) as { entries: unknown[] };
    expect(answer.entries).toHaveLength(51);
  });
}
