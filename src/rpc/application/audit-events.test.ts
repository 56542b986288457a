/** What is written down of changes, over HTTP. */
import { expect, test } from "vitest";
import { OWNER } from "../../../test/support/accounts-fixture.ts";
import { accountsRig } from "../../../test/support/accounts-rig.ts";

const PASSWORD = "a long enough password";
const bearer = (token: unknown): Record<string, string> => ({
  Authorization: `Bearer ${String(token)}`,
});

interface Event {
  readonly action: string;
  readonly target: string;
  readonly details: Record<string, string>;
  readonly actor_email: string;
}

async function world() {
  const rig = await accountsRig();
  await rig.accounts.setup.createOwner(OWNER);
  const login = await rig.call("AuthService/Login", OWNER, { "User-Agent": "browser/1" });
  const headers = { ...bearer(login.json["access_token"]), "User-Agent": "browser/1" };
  const own = (method: string, body: object) => rig.call(method, body, headers);
  const { json } = await own("ApplicationService/CreateApplication", { name: "shop" });
  const { id: application_id } = json["application"] as { id: string };
  const events = async (method: string, body: object = {}, by = headers): Promise<Event[]> => {
    const answer = await rig.call(method, body, by);
    return (answer.json["events"] ?? []) as Event[];
  };
  return {
    ...rig,
    own,
    application_id,
    ofShop: () => events("ApplicationService/ListAuditEvents", { application_id }),
    ofInstance: () => events("InstanceService/ListInstanceAuditEvents"),
  };
}

test("an owner sees who changed what of the application, from where, newest first", async () => {
  const { own, application_id, ofShop, clock } = await world();
  const add = (email: string) =>
    own("ApplicationService/AddMember", { application_id, email, role: "ROLE_VIEWER" });
  const changes: [string, () => Promise<unknown>][] = [
    ["member.invite", () => add("bob@example.com")],
    [
      "application.update",
      () => own("ApplicationService/UpdateApplication", { application_id, retention_days: 7 }),
    ],
    [
      "api_key.create",
      () =>
        own("ApplicationService/CreateApiKey", {
          application_id,
          name: "collector",
          scopes: ["SCOPE_INGEST"],
        }),
    ],
  ];
  for (const [, change] of changes) {
    await change();
    await clock.advance(1_000);
  }
  const listed = await ofShop();
  expect(listed.map(({ action }) => action)).toEqual(
    changes.map(([action]) => action).toReversed(),
  );
  const keys = await own("ApplicationService/ListApiKeys", { application_id });
  const [key] = keys.json["api_keys"] as { id: string }[];
  expect(listed[0]).toEqual({
    id: expect.any(String) as string,
    time: new Date(clock.nowMs() - 1_000).toISOString().replace(".000", ""),
    action: "api_key.create",
    target: key?.id,
    details: { name: "collector", scopes: "ingest" },
    actor_id: expect.any(String) as string,
    actor_email: OWNER.email,
    address: "127.0.0.1",
    device: "browser/1",
  });
  expect(listed[1]?.details).toEqual({ retention_days: "7" });
});

test("what is refused leaves no event", async () => {
  const { own, application_id, ofShop, ofInstance } = await world();
  const before = [await ofShop(), await ofInstance()];
  for (const [method, body] of [
    ["ApplicationService/UpdateApplication", { application_id, color: "#" }],
    ["ApplicationService/DeleteApplication", { application_id, confirm_name: "x" }],
    ["ApplicationService/CreateApplication", { name: "shop" }],
    ["AuthService/ChangePassword", { current_password: "x", new_password: PASSWORD }],
    ["AuthService/RevokeSession", { session_id: application_id }],
  ] as const) {
    expect((await own(method, body)).code).not.toBe("ok");
  }
  expect([await ofShop(), await ofInstance()]).toEqual(before);
});

test("an admin who makes themselves a member is seen by the owners", async () => {
  const { own, call, application_id, ofShop } = await world();
  const join = async (method: string, body: object) => {
    const { json } = await own(method, body);
    const code = json["invite_code"] ?? json["code"];
    const joined = await call("AuthService/AcceptInvite", { code, password: PASSWORD });
    return bearer(joined.json["access_token"]);
  };
  const admin = await join("UserService/InviteUser", {
    email: "root@example.com",
    instance_admin: true,
  });
  const read = () => call("ApplicationService/GetApplication", { application_id }, admin);
  expect((await read()).code).toBe("not_found");
  const self = { application_id, email: "root@example.com", role: "ROLE_VIEWER" };
  expect((await call("ApplicationService/AddMember", self, admin)).code).toBe("ok");
  expect((await read()).code).toBe("ok");
  const [event] = await ofShop();
  expect(event).toMatchObject({
    action: "member.add",
    actor_email: "root@example.com",
    details: { email: "root@example.com", role: "viewer" },
  });
});

test("whom an admin's invite makes a member, the owners see too", async () => {
  const { own, call, application_id, ofShop } = await world();
  const { json } = await own("UserService/InviteUser", {
    email: "ann@example.com",
    memberships: [{ application_id, role: "ROLE_EDITOR" }],
  });
  const accept = (password: string) =>
    call("AuthService/AcceptInvite", { code: json["code"], password });
  await accept("short");
  expect(await ofShop()).toEqual([]);
  await accept(PASSWORD);
  expect(await ofShop()).toMatchObject([
    {
      action: "member.add",
      actor_email: "ann@example.com",
      details: { email: "ann@example.com", role: "editor" },
    },
  ]);
});

test("the instance's events tell of users, sessions and applications, and of no secret", async () => {
  const { own, call, application_id, ofInstance, written } = await world();
  const { json } = await own("UserService/InviteUser", { email: "ann@example.com" });
  await call("AuthService/AcceptInvite", { code: json["code"], password: PASSWORD });
  const name = "shop";
  await own("ApplicationService/DeleteApplication", { application_id, confirm_name: name });
  const listed = await ofInstance();
  const words = listed.map(({ action, actor_email }) => `${action} ${actor_email}`);
  expect(words.toSorted()).toEqual([
    `application.create ${OWNER.email}`,
    `application.delete ${OWNER.email}`,
    `session.start ${OWNER.email}`,
    `user.invite ${OWNER.email}`,
    "user.join ann@example.com",
  ]);
  expect(JSON.stringify(listed)).not.toContain(String(json["code"]));
  expect(written.join("\n")).not.toContain(PASSWORD);
});

test("a refresh token that was copied is told of, with where it came from", async () => {
  const { call, ofInstance } = await world();
  const login = await call("AuthService/Login", OWNER);
  const { refresh_token } = login.json;
  const first = await call("AuthService/RefreshSession", { refresh_token });
  await call("AuthService/RefreshSession", { refresh_token: first.json["refresh_token"] });
  const stolen = await call(
    "AuthService/RefreshSession",
    { refresh_token },
    { "User-Agent": "thief/1" },
  );
  expect(stolen.code).toBe("unauthenticated");
  const [event] = await ofInstance();
  expect(event).toMatchObject({
    action: "session.reuse",
    actor_email: OWNER.email,
    device: "thief/1",
    address: "127.0.0.1",
  });
});

test("events are kept for a year and deleted after it", async () => {
  const { accounts, ofInstance, records, clock } = await world();
  const month = new Date(clock.nowMs()).toISOString().slice(0, 7);
  const kept = () => records.list("audit", `instance ${month}`, { limit: 100 });
  expect((await ofInstance()).length).toBeGreaterThan(0);
  await clock.advance(365 * 86_400_000);
  await accounts.tidy();
  expect((await kept()).length).toBeGreaterThan(0);
  await clock.advance(32 * 86_400_000);
  const { events } = await accounts.audit.list("instance", { limit: 100 });
  expect(events).toEqual([]);
  await accounts.tidy();
  expect(await kept()).toEqual([]);
  expect(await records.list("audit_month", month, { limit: 1 })).toEqual([]);
});

test("another's page token is refused, or shows the own events alone", async () => {
  const { own, application_id } = await world();
  const { json } = await own("ApplicationService/CreateApplication", { name: "other" });
  const { id: other } = json["application"] as { id: string };
  for (const role of ["ROLE_VIEWER", "ROLE_EDITOR"]) {
    const email = `${role.toLowerCase()}@example.com`;
    await own("ApplicationService/AddMember", { application_id, email, role });
  }
  const page = await own("ApplicationService/ListAuditEvents", { application_id, page_size: 1 });
  const page_token = page.json["next_page_token"];
  expect(page_token).not.toBe("");
  const theirs = await own("ApplicationService/ListAuditEvents", {
    application_id: other,
    page_token,
  });
  expect(theirs.json).toEqual({ events: [], next_page_token: "" });
  for (const token of ["!", "eA"]) {
    const refused = await own("ApplicationService/ListAuditEvents", {
      application_id,
      page_token: token,
    });
    expect(refused.code).toBe("invalid_argument");
  }
});
