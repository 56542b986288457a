/** Members and invites over HTTP. */
import { expect, test } from "vitest";
import { accountsRig, type AccountsRig } from "../../../test/support/accounts-rig.ts";

const PASSWORD = "a long enough password";
const bearer = (token: unknown): Record<string, string> => ({
  Authorization: `Bearer ${String(token)}`,
});

async function world(rig?: AccountsRig) {
  const fixture = rig ?? (await accountsRig());
  const { call } = fixture;
  const owner = await fixture.signInOwner();
  const headers = bearer(owner.accessToken);
  const own = (method: string, body: object) => call(method, body, headers);
  const app = async (name: string): Promise<string> => {
    const { json } = await own("ApplicationService/CreateApplication", {
      name,
      title: `The ${name}`,
    });
    return (json["application"] as { id: string }).id;
  };
  const application_id = await app("shop");
  const add = (email: string, role: string, id = application_id) =>
    own("ApplicationService/AddMember", { application_id: id, email, role });
  /** Invites somebody new and takes the invite up. @returns their token and id. */
  const join = async (email: string, role: string) => {
    const { json } = await add(email, role);
    const code = json["invite_code"];
    const joined = await call("AuthService/AcceptInvite", { code, name: "", password: PASSWORD });
    const { id } = joined.json["user"] as { id: string };
    return { id, headers: bearer(joined.json["access_token"]), joined };
  };
  return { ...fixture, owner, own, app, application_id, add, join };
}

test("an unknown email is invited by a link; who takes it up is a user and a member", async () => {
  const { call, add, clock, url, application_id, own } = await world();
  const invited = await add("Bob@Example.com", "ROLE_EDITOR");
  const code = String(invited.json["invite_code"]);
  const expires = new Date(clock.nowMs() + 7 * 86_400_000).toISOString().replace(".000", "");
  expect(invited.json).toEqual({
    member: null,
    invite_url: `${url}/invite#${code}`,
    invite_code: code,
    invite_expires_at: expires,
  });
  expect((await call("AuthService/GetInvite", { code })).json).toEqual({
    email: "bob@example.com",
    applications: [{ name: "shop", title: "The shop", role: "ROLE_EDITOR" }],
    expires_at: expires,
    has_user: false,
    instance_admin: false,
  });

  const short = await call("AuthService/AcceptInvite", { code, name: "Bob", password: "short" });
  expect(short).toMatchObject({ code: "invalid_argument" });
  const accept = () => call("AuthService/AcceptInvite", { code, name: "Bob", password: PASSWORD });
  const joined = await accept();
  expect(joined.json["user"]).toMatchObject({ email: "bob@example.com", name: "Bob" });
  const me = await call("AuthService/GetMe", {}, bearer(joined.json["access_token"]));
  expect(me.json).toMatchObject({ memberships: [{ role: "ROLE_EDITOR" }] });
  expect(await accept()).toMatchObject({ code: "not_found" });
  expect(
    (await call("AuthService/Login", { email: "bob@example.com", password: PASSWORD })).code,
  ).toBe("ok");
  const { json } = await own("ApplicationService/ListMembers", { application_id });
  const members = json["members"] as { email: string; role: string }[];
  expect(members.map(({ email, role }) => [email, role])).toEqual([
    ["owner@example.com", "ROLE_OWNER"],
    ["bob@example.com", "ROLE_EDITOR"],
  ]);
});

test("whoever was removed does not come back by a link that was there before", async () => {
  const { call, add, own, application_id } = await world();
  const link = async (): Promise<unknown> =>
    (await add("vic@example.com", "ROLE_OWNER")).json["invite_code"];
  const accept = (code: unknown) =>
    call("AuthService/AcceptInvite", { code, name: "", password: PASSWORD });
  const [first, second] = [await link(), await link()];
  const joined = await accept(second);
  const { id: user_id } = joined.json["user"] as { id: string };
  await own("ApplicationService/RemoveMember", { application_id, user_id });
  expect(await accept(first)).toMatchObject({ code: "not_found" });
  // Nor does one raise the role of who was added by hand since.
  await add("vic@example.com", "ROLE_VIEWER");
  expect(await accept(first)).toMatchObject({ code: "not_found" });
  const { json } = await call("AuthService/GetMe", {}, bearer(joined.json["access_token"]));
  expect(json).toMatchObject({ memberships: [{ role: "ROLE_VIEWER" }] });
});

test("a public address stands in the link", async () => {
  const { add } = await world(await accountsRig({ publicUrl: "https://example.com/logs/" }));
  const { json } = await add("bob@example.com", "ROLE_VIEWER");
  expect(json["invite_url"]).toBe(`https://example.com/logs/invite#${String(json["invite_code"])}`);
});

test("an invite ends after seven days, and reads as none", async () => {
  const { call, add, clock, accounts, records } = await world();
  const { json } = await add("bob@example.com", "ROLE_VIEWER");
  const code = json["invite_code"];
  await clock.advance(7 * 86_400_000 - 1);
  expect((await call("AuthService/GetInvite", { code })).code).toBe("ok");
  await clock.advance(1);
  const over = await call("AuthService/GetInvite", { code });
  const none = await call("AuthService/GetInvite", { code: "x" });
  expect(over.body).toBe(none.body);
  expect((await call("AuthService/AcceptInvite", { code, password: PASSWORD })).body).toBe(
    none.body,
  );
  await accounts.invites.tidy();
  expect(await records.list("invite", "invites", { limit: 10 })).toEqual([]);
});

test("no code is kept where the store could be read", async () => {
  const { add, written } = await world();
  const { json } = await add("bob@example.com", "ROLE_VIEWER");
  expect(written.join("\n")).not.toContain(String(json["invite_code"]));
});

test("who may not invite any more has no invites left behind", async () => {
  const { call, join, application_id, own } = await world();
  const bob = await join("bob@example.com", "ROLE_OWNER");
  const invite = { application_id, email: "eve@example.com", role: "ROLE_OWNER" };
  const { json } = await call("ApplicationService/AddMember", invite, bob.headers);
  const code = json["invite_code"];
  expect((await call("AuthService/GetInvite", { code })).code).toBe("ok");
  const demote = { application_id, user_id: bob.id, role: "ROLE_EDITOR" };
  expect((await own("ApplicationService/UpdateMember", demote)).code).toBe("ok");
  expect((await call("AuthService/GetInvite", { code })).code).toBe("not_found");
  const taken = await call("AuthService/AcceptInvite", { code, password: PASSWORD });
  expect(taken.code).toBe("not_found");
});

test("the second invite of a user who joined meanwhile takes their password, and no role away", async () => {
  const { call, add, app, own } = await world();
  const other = await app("other");
  const replaced = (await add("bob@example.com", "ROLE_VIEWER")).json["invite_code"];
  const first = (await add("bob@example.com", "ROLE_OWNER")).json["invite_code"];
  const second = (await add("bob@example.com", "ROLE_VIEWER", other)).json["invite_code"];
  const accept = (code: unknown, password: string) =>
    call("AuthService/AcceptInvite", { code, name: "Bob", password });
  await accept(first, PASSWORD);
  expect((await call("AuthService/GetInvite", { code: second })).json).toMatchObject({
    has_user: true,
  });
  expect(await accept(second, "another long password")).toMatchObject({ code: "unauthenticated" });
  const joined = await accept(second, PASSWORD);
  expect(await accept(replaced, PASSWORD)).toMatchObject({ code: "not_found" });
  const me = await call("AuthService/GetMe", {}, bearer(joined.json["access_token"]));
  expect(me.json).toMatchObject({
    memberships: [
      { role: "ROLE_VIEWER", application: { name: "other" } },
      { role: "ROLE_OWNER", application: { name: "shop" } },
    ],
  });
  expect((await own("ApplicationService/ListMembers", { application_id: other })).code).toBe("ok");
});

test("a user is added at once, and once more is no error; another role is UpdateMember's", async () => {
  const { call, add, app, join, clock } = await world();
  const bob = await join("bob@example.com", "ROLE_VIEWER");
  const other = await app("other");
  const added = await add("BOB@example.com", "ROLE_EDITOR", other);
  expect(added.json).toEqual({
    member: {
      user_id: bob.id,
      email: "bob@example.com",
      name: "bob",
      role: "ROLE_EDITOR",
      added_at: new Date(clock.nowMs()).toISOString().replace(".000", ""),
      disabled: false,
    },
    invite_url: "",
    invite_code: "",
    invite_expires_at: null,
  });
  const read = { application_id: other };
  expect((await call("ApplicationService/GetApplication", read, bob.headers)).code).toBe("ok");
  expect((await add("bob@example.com", "ROLE_EDITOR", other)).json).toEqual(added.json);
  const changed = await add("bob@example.com", "ROLE_OWNER", other);
  expect(changed).toMatchObject({ code: "already_exists" });
});

test("a member without the application is a stranger at once", async () => {
  const { call, join, own, application_id } = await world();
  const bob = await join("bob@example.com", "ROLE_VIEWER");
  const read = () => call("ApplicationService/GetApplication", { application_id }, bob.headers);
  expect((await read()).code).toBe("ok");
  const gone = { application_id, user_id: bob.id };
  expect((await own("ApplicationService/RemoveMember", gone)).json).toEqual({});
  expect((await read()).code).toBe("not_found");
  expect((await own("ApplicationService/RemoveMember", gone)).code).toBe("not_found");
});

test("the last owner stays, and can say so", async () => {
  const { join, own, application_id, owner } = await world();
  const self = { application_id, user_id: owner.user.id };
  const lower = { ...self, role: "ROLE_VIEWER" };
  for (const [method, body] of [
    ["RemoveMember", self],
    ["UpdateMember", lower],
  ] as const) {
    const refused = await own(`ApplicationService/${method}`, body);
    expect(refused).toMatchObject({ code: "failed_precondition", status: 412 });
    expect(refused.body).toContain("the last owner stays");
  }
  await join("bob@example.com", "ROLE_OWNER");
  expect((await own("ApplicationService/UpdateMember", lower)).json).toMatchObject({
    member: { role: "ROLE_VIEWER" },
  });
});

test("members are paged", async () => {
  const { join, own, application_id } = await world();
  for (const name of ["a", "b", "c"]) await join(`${name}@example.com`, "ROLE_VIEWER");
  const got: string[] = [];
  let page_token: unknown = "";
  do {
    const { json } = await own("ApplicationService/ListMembers", {
      application_id,
      page_size: 2,
      page_token,
    });
    got.push(...(json["members"] as { email: string }[]).map(({ email }) => email));
    page_token = json["next_page_token"];
  } while (page_token !== "");
  expect(got).toEqual(["owner", "a", "b", "c"].map((name) => `${name}@example.com`));
});

test.each([
  { request: { email: "nobody" }, field: "email" },
  { request: { email: "bob@example.com" }, field: "role" },
  { request: { email: "bob@example.com", role: 7 }, field: "role" },
])("refuses $request", async ({ request, field }) => {
  const { own, application_id } = await world();
  const refused = await own("ApplicationService/AddMember", { application_id, ...request });
  expect(refused).toMatchObject({ code: "invalid_argument", json: { meta: { field } } });
});
