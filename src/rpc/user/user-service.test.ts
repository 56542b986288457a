/** Users, their passwords and sessions over HTTP. */
import { expect, test } from "vitest";
import { OWNER } from "../../../test/support/accounts-fixture.ts";
import { accountsRig } from "../../../test/support/accounts-rig.ts";

const PASSWORD = "a long enough password";
const bearer = (token: unknown): Record<string, string> => ({
  Authorization: `Bearer ${String(token)}`,
});

async function world() {
  const rig = await accountsRig();
  const { call } = rig;
  const admin = await rig.signInOwner();
  const own = (method: string, body: object) =>
    call(`UserService/${method}`, body, bearer(admin.accessToken));
  const login = (email: string, password = PASSWORD) =>
    call("AuthService/Login", { email, password });
  const join = async (email: string, invite: object = {}) => {
    const { json } = await own("InviteUser", { email, ...invite });
    const accept = { code: json["code"], name: "", password: PASSWORD };
    const joined = await call("AuthService/AcceptInvite", accept);
    const { access_token, refresh_token, user } = joined.json;
    const { id } = user as { id: string };
    return { id, headers: bearer(access_token), refresh_token };
  };
  return { ...rig, admin, own, login, join };
}

test("an invite makes a user with what it says", async () => {
  const { own, call, accounts, admin, url, clock } = await world();
  const app = await accounts.applications.create({ name: "shop", title: "" }, admin.user.id);
  const invited = await own("InviteUser", {
    email: "Ann@example.com",
    instance_admin: true,
    memberships: [{ application_id: app.id, role: "ROLE_VIEWER" }],
  });
  const code = String(invited.json["code"]);
  expect(invited.json).toEqual({
    code,
    url: `${url}/invite#${code}`,
    expires_at: new Date(clock.nowMs() + 7 * 86_400_000).toISOString().replace(".000", ""),
  });
  const joined = await call("AuthService/AcceptInvite", { code, password: PASSWORD });
  expect(joined.json["user"]).toMatchObject({ email: "ann@example.com", instance_admin: true });
  const me = await call("AuthService/GetMe", {}, bearer(joined.json["access_token"]));
  expect(me.json).toMatchObject({
    user: { instance_admin: true },
    memberships: [{ role: "ROLE_VIEWER", application: { name: "shop" } }],
  });
  const again = await own("InviteUser", { email: "ann@example.com" });
  expect(again.code).toBe("already_exists");
});

test.each([
  { request: { email: "x" }, code: "invalid_argument" },
  {
    request: {
      email: "a@example.com",
      memberships: [{ application_id: "00000000-0000-7000-8000-000000000000", role: 1 }],
    },
    code: "not_found",
  },
  { request: { email: "a@example.com", memberships: [{}] }, code: "invalid_argument" },
  {
    request: { email: "a@example.com", memberships: Array<object>(101).fill({}) },
    code: "invalid_argument",
  },
])("refuses the invite $request", async ({ request, code }) => {
  const { own, records } = await world();
  expect((await own("InviteUser", request)).code).toBe(code);
  expect(await records.list("invite", "invites", { limit: 1 })).toEqual([]);
});

test("an admin who is one no more has no invites left behind", async () => {
  const { own, call, join } = await world();
  const ann = await join("ann@example.com", { instance_admin: true });
  const { json } = await call("UserService/InviteUser", { email: "eve@example.com" }, ann.headers);
  const code = json["code"];
  expect((await call("AuthService/GetInvite", { code })).code).toBe("ok");
  await own("UpdateUser", { user_id: ann.id, instance_admin: false });
  expect((await call("AuthService/GetInvite", { code })).code).toBe("not_found");
});

test("users are listed by email, page by page", async () => {
  const { own, join } = await world();
  for (const name of ["dan", "ann", "bob"]) await join(`${name}@example.com`);
  const got: string[] = [];
  let page_token: unknown = "";
  do {
    const { json } = await own("ListUsers", { page_size: 3, page_token });
    got.push(...(json["users"] as { email: string }[]).map(({ email }) => email));
    page_token = json["next_page_token"];
  } while (page_token !== "");
  expect(got).toEqual(["ann", "bob", "dan", "owner"].map((name) => `${name}@example.com`));
});

test("an update changes what it names, at once", async () => {
  const { own, join, call } = await world();
  const ann = await join("ann@example.com");
  const list = () => call("UserService/ListUsers", {}, ann.headers);
  expect((await list()).code).toBe("permission_denied");
  const named = await own("UpdateUser", { user_id: ann.id, name: "Ann" });
  expect(named.json).toMatchObject({ user: { name: "Ann", instance_admin: false } });
  const raised = await own("UpdateUser", { user_id: ann.id, instance_admin: true });
  expect(raised.json).toMatchObject({ user: { name: "Ann", instance_admin: true } });
  expect((await list()).code).toBe("ok");
});

test("the last admin can neither be disabled nor be one no more", async () => {
  const { own, admin, join } = await world();
  const user_id = admin.user.id;
  const refusals = () =>
    Promise.all([
      own("DisableUser", { user_id }),
      own("UpdateUser", { user_id, instance_admin: false }),
    ]);
  for (const { code } of await refusals()) expect(code).toBe("failed_precondition");
  // One who may not sign in does not count.
  const ann = await join("ann@example.com", { instance_admin: true });
  await own("DisableUser", { user_id: ann.id });
  for (const { code } of await refusals()) expect(code).toBe("failed_precondition");
  await own("EnableUser", { user_id: ann.id });
  expect((await own("DisableUser", { user_id })).code).toBe("ok");
});

test("a disabled user is nobody at once, and enabled again signs in anew", async () => {
  const { own, join, call, login } = await world();
  const ann = await join("ann@example.com");
  const { json } = await own("CreateResetLink", { user_id: ann.id });
  const reset = { code: json["code"], new_password: "another long password" };
  expect((await call("AuthService/GetMe", {}, ann.headers)).code).toBe("ok");
  const disabled = await own("DisableUser", { user_id: ann.id });
  expect(disabled.json).toMatchObject({ user: { disabled: true } });
  const isOut = async (): Promise<void> => {
    const { refresh_token } = ann;
    for (const { code } of [
      await call("AuthService/GetMe", {}, ann.headers),
      await call("AuthService/RefreshSession", { refresh_token }),
    ])
      expect(code).toBe("unauthenticated");
    expect((await call("AuthService/ResetPassword", reset)).code).toBe("not_found");
  };
  await isOut();
  const wrong = await login("ann@example.com", "a wrong password");
  expect((await login("ann@example.com")).body).toBe(wrong.body);
  expect((await own("CreateResetLink", { user_id: ann.id })).code).toBe("failed_precondition");

  await own("EnableUser", { user_id: ann.id });
  await isOut();
  expect((await login("ann@example.com")).code).toBe("ok");
});

test("a reset link sets another password once, ends all sessions and signs in", async () => {
  const { own, join, call, login, url, clock, written } = await world();
  const ann = await join("ann@example.com");
  const made = await own("CreateResetLink", { user_id: ann.id });
  const code = String(made.json["code"]);
  expect(made.json).toEqual({
    code,
    url: `${url}/reset#${code}`,
    expires_at: new Date(clock.nowMs() + 3_600_000).toISOString().replace(".000", ""),
  });
  expect(written.join("\n")).not.toContain(code);
  const other = (await own("CreateResetLink", { user_id: ann.id })).json["code"];
  const reset = (new_password: string, by: unknown = code) =>
    call("AuthService/ResetPassword", { code: by, new_password });
  expect((await reset("short")).code).toBe("invalid_argument");
  const done = await reset("another long password");
  expect(done.json["user"]).toMatchObject({ email: "ann@example.com" });
  expect((await call("AuthService/GetMe", {}, bearer(done.json["access_token"]))).code).toBe("ok");
  expect((await call("AuthService/GetMe", {}, ann.headers)).code).toBe("unauthenticated");
  expect((await login("ann@example.com")).code).toBe("unauthenticated");
  expect((await login("ann@example.com", "another long password")).code).toBe("ok");
  const none = await reset("a third long password", "x");
  for (const by of [code, other]) {
    const again = await reset("a third long password", by);
    expect(again).toMatchObject({ code: "not_found", body: none.body });
  }
});

test("a reset link ends after an hour", async () => {
  const { own, join, call, clock, accounts, records } = await world();
  const ann = await join("ann@example.com");
  const { json } = await own("CreateResetLink", { user_id: ann.id });
  await clock.advance(3_600_000);
  const request = { code: json["code"], new_password: "another long password" };
  expect((await call("AuthService/ResetPassword", request)).code).toBe("not_found");
  await accounts.passwords.tidy();
  expect(await records.list("reset_link", "reset_links", { limit: 1 })).toEqual([]);
});

test("another password ends all other sessions, and the caller's goes on", async () => {
  const { join, call, login, own } = await world();
  const ann = await join("ann@example.com");
  const link = (await own("CreateResetLink", { user_id: ann.id })).json["code"];
  const other = await login("ann@example.com");
  const change = (current_password: string, new_password: string) =>
    call("AuthService/ChangePassword", { current_password, new_password }, ann.headers);
  expect((await change("a wrong password", "another long password")).code).toBe(
    "permission_denied",
  );
  expect(await change(PASSWORD, "short")).toMatchObject({
    code: "invalid_argument",
    json: { meta: { field: "new_password" } },
  });
  expect((await change(PASSWORD, "another long password")).json).toEqual({});
  expect((await call("AuthService/GetMe", {}, ann.headers)).code).toBe("ok");
  const { refresh_token } = ann;
  expect((await call("AuthService/RefreshSession", { refresh_token })).code).toBe("ok");
  const theirs = bearer(other.json["access_token"]);
  expect((await call("AuthService/GetMe", {}, theirs)).code).toBe("unauthenticated");
  const stolen = { refresh_token: other.json["refresh_token"] };
  expect((await call("AuthService/RefreshSession", stolen)).code).toBe("unauthenticated");
  expect((await login("ann@example.com")).code).toBe("unauthenticated");
  const reset = { code: link, new_password: "a third long password" };
  expect((await call("AuthService/ResetPassword", reset)).code).toBe("not_found");
});

test("guesses of the current password are bounded as sign-ins are", async () => {
  const { call, admin } = await world();
  const request = { current_password: "a wrong guess", new_password: "another long password" };
  const codes: string[] = [];
  for (let i = 0; i < 6; i++) {
    const headers = bearer(admin.accessToken);
    codes.push((await call("AuthService/ChangePassword", request, headers)).code);
  }
  expect(codes.slice(0, 5)).toEqual(Array<string>(5).fill("permission_denied"));
  expect(codes[5]).toBe("resource_exhausted");
});

test("sessions are listed to their user alone, the last used first, and ended one by one", async () => {
  const { call, join, login, clock } = await world();
  const ann = await join("ann@example.com");
  await clock.advance(60_000);
  const phone = await call(
    "AuthService/Login",
    { email: "ann@example.com", password: PASSWORD },
    { "User-Agent": "phone/1" },
  );
  const list = async (headers: Record<string, string>) => {
    const { json } = await call("AuthService/ListSessions", {}, headers);
    return json["sessions"] as { id: string; device: string; current: boolean }[];
  };
  const [first, second] = await list(ann.headers);
  expect(first).toEqual({
    id: first?.id,
    device: "phone/1",
    address: "127.0.0.1",
    created_at: new Date(clock.nowMs()).toISOString().replace(".000", ""),
    last_seen_at: new Date(clock.nowMs()).toISOString().replace(".000", ""),
    current: false,
  });
  expect(second).toMatchObject({ current: true });
  const owner = await login(OWNER.email, OWNER.password);
  const revoke = (session_id: string | undefined, headers: Record<string, string>) =>
    call("AuthService/RevokeSession", { session_id }, headers);
  const stranger = bearer(owner.json["access_token"]);
  const foreign = await revoke(first?.id, stranger);
  const none = "00000000-0000-7000-8000-000000000000";
  expect(foreign.code).toBe("not_found");
  expect(foreign.body.replace(first?.id ?? "", none)).toBe((await revoke(none, stranger)).body);
  expect((await revoke(first?.id, ann.headers)).json).toEqual({});
  const theirs = bearer(phone.json["access_token"]);
  expect((await call("AuthService/GetMe", {}, theirs)).code).toBe("unauthenticated");
  expect(await list(ann.headers)).toHaveLength(1);
  expect((await revoke(first?.id, ann.headers)).code).toBe("not_found");
});
