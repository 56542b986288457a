import { expect, test } from "vitest";
import { ORIGIN, OWNER } from "../../../test/support/accounts-fixture.ts";
import { accountsRig, type AccountsRig, type Answer } from "../../../test/support/accounts-rig.ts";

const bearer = (token: unknown): Record<string, string> => ({
  Authorization: `Bearer ${String(token)}`,
});

async function setUp(): Promise<AccountsRig & { login: Answer }> {
  const rig = await accountsRig();
  await rig.accounts.setup.createOwner(OWNER);
  return { ...rig, login: await rig.call("AuthService/Login", OWNER) };
}

test("an empty instance is set up by the printed code, and its owner is signed in", async () => {
  const { accounts, call, clock } = await accountsRig();
  const code = await accounts.setup.makeCode();
  expect((await call("AuthService/GetSetupState", {})).json).toEqual({
    needs_owner: true,
    needs_code: true,
  });
  const wrong = await call("AuthService/SetUpOwner", { ...OWNER, setup_code: "wrong" });
  expect(wrong.code).toBe("permission_denied");

  const made = await call("AuthService/SetUpOwner", { ...OWNER, setup_code: code });
  expect(made.json).toMatchObject({
    user: { email: OWNER.email, name: OWNER.name, instance_admin: true },
    access_token_expires_at: new Date(clock.nowMs() + 15 * 60_000)
      .toISOString()
      .replace(".000", ""),
  });
  const me = await call("AuthService/GetMe", {}, bearer(made.json["access_token"]));
  expect(me.json).toEqual({ user: made.json["user"], memberships: [] });

  expect((await call("AuthService/GetSetupState", {})).json).toEqual({
    needs_owner: false,
    needs_code: false,
  });
  const again = await call("AuthService/SetUpOwner", { ...OWNER, setup_code: code });
  expect(again.code).toBe("already_exists");
});

test("a wrong password and an unknown email are answered byte for byte alike", async () => {
  const { call, argon2Calls } = await setUp();
  argon2Calls.splice(0);
  const wrong = await call("AuthService/Login", { ...OWNER, password: "wrong password" });
  const unknown = await call("AuthService/Login", { ...OWNER, email: "nobody@example.com" });
  const noEmail = await call("AuthService/Login", { password: OWNER.password });
  expect(wrong.code).toBe("unauthenticated");
  expect(unknown.body).toBe(wrong.body);
  expect(noEmail.body).toBe(wrong.body);
  expect(argon2Calls).toHaveLength(3);
  expect(new Set(argon2Calls.map((cost) => JSON.stringify(cost))).size).toBe(1);
});

test("the email's case and spaces do not matter", async () => {
  const { call } = await setUp();
  const answer = await call("AuthService/Login", { ...OWNER, email: " OWNER@Example.COM " });
  expect(answer.code).toBe("ok");
});

test("the sixth login of a minute is turned away with Retry-After, even with the right password", async () => {
  const { call, url } = await setUp();
  for (let i = 0; i < 4; i++) await call("AuthService/Login", OWNER);
  const response = await fetch(`${url}/twirp/argus.v1.AuthService/Login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(OWNER),
  });
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("60");
  expect(await response.json()).toMatchObject({ code: "resource_exhausted" });
});

test("a stale credential keeps nobody from signing in", async () => {
  const { call, login, clock } = await setUp();
  await clock.advance(20 * 60_000);
  const stale = bearer(login.json["access_token"]);
  expect((await call("AuthService/GetMe", {}, stale)).code).toBe("unauthenticated");
  expect((await call("AuthService/Login", OWNER, stale)).code).toBe("ok");
  const { refresh_token } = login.json;
  expect((await call("AuthService/RefreshSession", { refresh_token }, stale)).code).toBe("ok");
});

test("logout ends the session's tokens at once; a second one is no error", async () => {
  const { call, login } = await setUp();
  const { refresh_token, access_token } = login.json;
  expect((await call("AuthService/GetMe", {}, bearer(access_token))).code).toBe("ok");
  expect((await call("AuthService/Logout", { refresh_token })).json).toEqual({});
  expect((await call("AuthService/GetMe", {}, bearer(access_token))).code).toBe("unauthenticated");
  expect((await call("AuthService/RefreshSession", { refresh_token })).code).toBe(
    "unauthenticated",
  );
  expect((await call("AuthService/Logout", { refresh_token })).code).toBe("ok");
});

test("memberships are listed by the application's name, with the caller's role in both places", async () => {
  const { call, login } = await setUp();
  const auth = bearer(login.json["access_token"]);
  for (const name of ["web", "api"]) {
    await call("ApplicationService/CreateApplication", { name }, auth);
  }
  expect((await call("AuthService/GetMe", {}, auth)).json).toMatchObject({
    memberships: [
      { role: "ROLE_OWNER", application: { name: "api", role: "ROLE_OWNER" } },
      { role: "ROLE_OWNER", application: { name: "web", role: "ROLE_OWNER" } },
    ],
  });
});

const COOKIE = { "Argus-Session": "cookie" };

test.each([
  { publicUrl: undefined, path: "/twirp/argus.v1.AuthService", secure: false },
  { publicUrl: "https://logs.example.com/", path: "/twirp/argus.v1.AuthService", secure: true },
  { publicUrl: "https://example.com/logs", path: "/logs/twirp/argus.v1.AuthService", secure: true },
])("with $publicUrl the session's cookie has path $path", async ({ publicUrl, path, secure }) => {
  const rig = await accountsRig(publicUrl === undefined ? {} : { publicUrl });
  await rig.accounts.setup.createOwner(OWNER);
  const login = await rig.call("AuthService/Login", OWNER, COOKIE);
  expect(login.json["refresh_token"]).toBe("");
  const [pair = "", ...attributes] = login.cookie?.split("; ") ?? [];
  expect(pair).toMatch(/^argus_refresh=argus_refresh_[\w-]+$/);
  expect(attributes).toEqual([
    `Max-Age=${30 * 86_400}`,
    `Path=${path}`,
    "HttpOnly",
    "SameSite=Strict",
    ...(secure ? ["Secure"] : []),
  ]);

  const origin = publicUrl === undefined ? rig.url : new URL(publicUrl).origin;
  const own = { ...COOKIE, Cookie: `other=1; ${pair}`, Origin: origin };
  for (const foreign of ["https://evil.example", "null", ""]) {
    const { Origin: _, ...rest } = own;
    const headers = foreign === "" ? rest : { ...rest, Origin: foreign };
    for (const method of ["RefreshSession", "Logout"]) {
      expect((await rig.call(`AuthService/${method}`, {}, headers)).code).toBe("permission_denied");
    }
  }
  const refreshed = await rig.call("AuthService/RefreshSession", {}, own);
  expect(refreshed).toMatchObject({ code: "ok", json: { refresh_token: "" } });
  expect(refreshed.cookie).not.toContain(pair);

  const out = await rig.call("AuthService/Logout", {}, own);
  expect(out).toMatchObject({ code: "ok" });
  expect(out.cookie).toMatch(/^argus_refresh=; Max-Age=0; /);
  const over = await rig.call("AuthService/RefreshSession", {}, own);
  expect(over.code).toBe("unauthenticated");
  expect(over.cookie).toMatch(/^argus_refresh=; Max-Age=0; /);
});

test.each(["AcceptInvite", "ResetPassword"])(
  "%s gives the session as a cookie, too",
  async (method) => {
    const { call, login, accounts, url } = await setUp();
    const { user } = await accounts.signIn.login(OWNER, ORIGIN);
    const bearing = bearer(login.json["access_token"]);
    const made =
      method === "AcceptInvite"
        ? await call("UserService/InviteUser", { email: "ann@example.com" }, bearing)
        : await call("UserService/CreateResetLink", { user_id: user.id }, bearing);
    const password = "another long password";
    const request = { code: made.json["code"], password, new_password: password };
    const answer = await call(`AuthService/${method}`, request, COOKIE);
    expect(answer.json["refresh_token"]).toBe("");
    const [pair = ""] = answer.cookie?.split("; ") ?? [];
    const refreshed = await call(
      "AuthService/RefreshSession",
      {},
      { ...COOKIE, Cookie: pair, Origin: url },
    );
    expect(refreshed.code).toBe("ok");
  },
);

test("without the header a cookie is neither set nor read", async () => {
  const { call, login, url } = await setUp();
  expect(login.cookie).toBeNull();
  const Cookie = `argus_refresh=${String(login.json["refresh_token"])}`;
  const answer = await call("AuthService/RefreshSession", {}, { Cookie, Origin: url });
  expect(answer).toMatchObject({ code: "unauthenticated", cookie: null });
});

test("a session shows where it was used from", async () => {
  const { call, records, accounts } = await setUp();
  const { user } = await accounts.signIn.login(OWNER, ORIGIN);
  await call("AuthService/Login", OWNER, { "User-Agent": "browser/1" });
  const sessions = await records.list("session", user.id, { limit: 10 });
  expect(sessions.map(({ value }) => [value["device"], value["address"]])).toContainEqual([
    "browser/1",
    "127.0.0.1",
  ]);
});
