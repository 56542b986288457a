import { expect, test } from "vitest";
import { accountsRig } from "../../../test/support/accounts-rig.ts";
import { parseAppId } from "../../domain/ids.ts";

async function signedIn() {
  const rig = await accountsRig();
  const owner = await rig.signInOwner();
  const headers = { Authorization: `Bearer ${owner.accessToken}` };
  const call = (method: string, body: object) =>
    rig.call(`ApplicationService/${method}`, body, headers);
  const made = await call("CreateApplication", { name: "shop", title: "The shop" });
  const { id } = made.json["application"] as { id: string };
  return { ...rig, call, anyCall: rig.call, made, application_id: id, userId: owner.user.id };
}

const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");

test("a new application is answered whole, and read back the same by its owner", async () => {
  const { call, made, application_id, clock } = await signedIn();
  expect(made.json).toEqual({
    application: {
      id: application_id,
      name: "shop",
      title: "The shop",
      color: "",
      retention_days: 30,
      quota: { entries_per_second: "0", bytes_per_day: "0" },
      created_at: iso(clock.nowMs()),
      role: "ROLE_OWNER",
    },
  });
  expect((await call("GetApplication", { application_id })).json).toEqual(made.json);
  expect((await call("CreateApplication", { name: "shop" })).code).toBe("already_exists");
  expect((await call("CreateApplication", { name: "Shop" })).code).toBe("invalid_argument");
});

test("retention 0 is for ever, absent is 30 days", async () => {
  const { call } = await signedIn();
  const made = await call("CreateApplication", { name: "ever", retention_days: 0 });
  expect(made.json).toMatchObject({ application: { retention_days: 0 } });
});

test("an update leaves what it does not name and answers what is now", async () => {
  const { call, application_id, retentions, requoted } = await signedIn();
  const quota = { entries_per_second: "10", bytes_per_day: "5000000000" };
  const changed = await call("UpdateApplication", { application_id, retention_days: 7, quota });
  expect(changed.json).toMatchObject({
    application: { title: "The shop", retention_days: 7, quota, role: "ROLE_OWNER" },
  });
  expect(retentions).toEqual([[application_id, 7]]);
  expect(requoted).toEqual([application_id]);
  const next = await call("UpdateApplication", { application_id, title: "Shop" });
  expect(next.json).toMatchObject({ application: { title: "Shop", retention_days: 7, quota } });
  const tooMuch = { entries_per_second: "9223372036854775807", bytes_per_day: "0" };
  expect((await call("UpdateApplication", { application_id, quota: tooMuch })).code).toBe(
    "invalid_argument",
  );
});

test("applications are paged by name; all of them are for admins alone", async () => {
  const { call, accounts, application_id, userId } = await signedIn();
  for (const name of ["web", "api", "db"]) await call("CreateApplication", { name });
  const names = async (request: object): Promise<string[]> => {
    const got: string[] = [];
    let page_token: unknown = "";
    do {
      const { json, code } = await call("ListApplications", { ...request, page_token });
      expect(code).toBe("ok");
      got.push(...(json["applications"] as { name: string }[]).map(({ name }) => name));
      page_token = json["next_page_token"];
    } while (page_token !== "");
    return got;
  };
  const all = ["api", "db", "shop", "web"];
  for (const page_size of [0, 1, 2, 4, 5_000]) {
    expect(await names({ page_size })).toEqual(all);
    expect(await names({ page_size, all: true })).toEqual(all);
  }
  await accounts.members.remove(parseAppId(application_id), userId);
  expect(await names({})).toEqual(["api", "db", "web"]);
  expect(await names({ all: true })).toEqual(all);
});

test.each(["?", "!!", "AAA=", "x"])("the page token %j is refused", async (page_token) => {
  const { call } = await signedIn();
  const refused = await call("ListApplications", { page_token });
  expect(refused).toMatchObject({ code: "invalid_argument" });
});

test("a deletion wants the name, then everything reads as if it had never been", async () => {
  const { call, anyCall, application_id, deleted } = await signedIn();
  const key = await call("CreateApiKey", { application_id, scopes: ["SCOPE_READ"] });
  const byKey = { Authorization: `Bearer ${String(key.json["secret"])}` };
  expect((await anyCall("ApplicationService/GetApplication", {}, byKey)).code).toBe("ok");
  const refused = await call("DeleteApplication", { application_id, confirm_name: "sho" });
  expect(refused.code).toBe("invalid_argument");
  expect((await call("DeleteApplication", { application_id, confirm_name: "shop" })).json).toEqual(
    {},
  );
  expect(deleted).toEqual([application_id]);
  expect((await call("GetApplication", { application_id })).code).toBe("not_found");
  expect((await anyCall("ApplicationService/GetApplication", {}, byKey)).code).toBe(
    "unauthenticated",
  );
  expect((await call("ListApplications", { all: true })).json).toMatchObject({ applications: [] });
  expect((await call("CreateApplication", { name: "shop" })).code).toBe("ok");
});

test("a key is made with its secret, listed without, and ended", async () => {
  const { call, anyCall, application_id, clock } = await signedIn();
  const expires_at = iso(clock.nowMs() + 86_400_000);
  const made = await call("CreateApiKey", {
    application_id,
    name: "collector",
    scopes: ["SCOPE_READ", "SCOPE_INGEST"],
    expires_at,
  });
  const key = made.json["api_key"] as { id: string; prefix: string };
  expect(made.json).toEqual({
    secret: expect.stringMatching(/^argus_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/) as string,
    api_key: {
      id: key.id,
      application_id,
      name: "collector",
      scopes: ["SCOPE_INGEST", "SCOPE_READ"],
      prefix: String(made.json["secret"]).slice(0, 18),
      created_at: iso(clock.nowMs()),
      expires_at,
      last_used_at: null,
      last_used_by: "",
      last_refused_at: null,
      last_refused_by: "",
      last_refused_reason: "",
      rotated_at: null,
      replaced_secret_expires_at: null,
      lagging_senders: [],
    },
  });
  const list = await call("ListApiKeys", { application_id });
  expect(list.json).toEqual({ api_keys: [key], next_page_token: "", revoked: [] });

  const byKey = { Authorization: `Bearer ${String(made.json["secret"])}` };
  expect((await anyCall("ApplicationService/GetApplication", {}, byKey)).code).toBe("ok");
  expect((await call("RevokeApiKey", { api_key_id: key.id })).json).toEqual({});
  expect((await anyCall("ApplicationService/GetApplication", {}, byKey)).code).toBe(
    "unauthenticated",
  );
  expect((await call("RevokeApiKey", { api_key_id: key.id })).code).toBe("not_found");
  // Who comes with it is told of, though it is none of the keys.
  expect((await call("ListApiKeys", { application_id })).json).toMatchObject({
    api_keys: [],
    revoked: [{ id: key.id, last_refused_reason: "the API key was revoked" }],
  });
});

test("a key gets another secret; the one before works for the grace, and its senders are named", async () => {
  const { call, anyCall, application_id, clock, accounts } = await signedIn();
  const made = await call("CreateApiKey", { application_id, scopes: ["SCOPE_READ"] });
  const { id: api_key_id } = made.json["api_key"] as { id: string };
  const use = async (secret: unknown, agent = "new/1"): Promise<string> => {
    const headers = { Authorization: `Bearer ${String(secret)}`, "User-Agent": agent };
    const { code } = await anyCall("ApplicationService/GetApplication", {}, headers);
    return code;
  };
  const first = made.json["secret"];
  expect(await use(first)).toBe("ok");
  const rotated = await call("RotateApiKey", { api_key_id, grace_seconds: 600 });
  const second = rotated.json["secret"];
  const rotatedAt = iso(clock.nowMs());
  expect(rotated.json["api_key"]).toMatchObject({
    id: api_key_id,
    prefix: String(second).slice(0, 18),
    rotated_at: rotatedAt,
    replaced_secret_expires_at: iso(clock.nowMs() + 600_000),
    lagging_senders: [],
  });
  expect(second).not.toBe(first);
  // The first of them is verified, the others are known by then: all are named.
  for (const agent of ["old/1", "old/2", "old/1", "old/3"])
    expect(await use(first, agent)).toBe("ok");
  expect(await use(second)).toBe("ok");
  await accounts.authenticator[Symbol.asyncDispose]();
  const lagging = async () => {
    const { json } = await call("ListApiKeys", { application_id });
    const [key] = json["api_keys"] as { lagging_senders: { sender: string }[] }[];
    return key?.lagging_senders.map(({ sender }) => sender).toSorted();
  };
  expect(await lagging()).toEqual(["old/1", "old/2", "old/3"].map((name) => `127.0.0.1 ${name}`));

  await clock.advance(599_999);
  expect(await use(first)).toBe("ok");
  await clock.advance(1);
  expect(await use(first)).toBe("unauthenticated");
  expect(await use(second)).toBe("ok");
  expect(await lagging()).toEqual([]);
});

test("without a grace the secret before ends at once, and one before the last has none", async () => {
  const { call, anyCall, application_id } = await signedIn();
  const made = await call("CreateApiKey", { application_id, scopes: ["SCOPE_READ"] });
  const { id: api_key_id } = made.json["api_key"] as { id: string };
  const use = async (secret: unknown): Promise<string> => {
    const headers = { Authorization: `Bearer ${String(secret)}` };
    return (await anyCall("ApplicationService/GetApplication", {}, headers)).code;
  };
  const rotate = async (grace_seconds: number) =>
    (await call("RotateApiKey", { api_key_id, grace_seconds })).json["secret"];
  const first = made.json["secret"];
  expect(await use(first)).toBe("ok");
  const second = await rotate(60);
  const third = await rotate(60);
  expect(await use(first)).toBe("unauthenticated");
  expect(await use(second)).toBe("ok");
  const last = await rotate(0);
  for (const secret of [second, third]) expect(await use(secret)).toBe("unauthenticated");
  expect(await use(last)).toBe("ok");
  await call("RevokeApiKey", { api_key_id });
  expect(await use(last)).toBe("unauthenticated");
  const gone = await call("RotateApiKey", { api_key_id });
  expect(gone.code).toBe("not_found");
});

test("a key that has expired gets no secret, and no grace is longer than 30 days", async () => {
  const { call, application_id, clock } = await signedIn();
  const expires_at = iso(clock.nowMs() + 1_000);
  const made = await call("CreateApiKey", { application_id, scopes: ["SCOPE_READ"], expires_at });
  const { id: api_key_id } = made.json["api_key"] as { id: string };
  const tooLong = await call("RotateApiKey", { api_key_id, grace_seconds: 2_592_001 });
  expect(tooLong).toMatchObject({ code: "invalid_argument" });
  await clock.advance(1_000);
  expect((await call("RotateApiKey", { api_key_id })).code).toBe("failed_precondition");
});

test.each([
  { request: { scopes: [] }, why: "no scope" },
  { request: {}, why: "no scope said" },
  { request: { scopes: ["SCOPE_UNSPECIFIED"] }, why: "no real scope" },
  { request: { scopes: [7] }, why: "an unknown scope" },
  { request: { scopes: ["SCOPE_INGEST", 7] }, why: "an unknown scope beside a known one" },
  {
    request: { scopes: ["SCOPE_INGEST"], expires_at: "2020-01-01T00:00:00Z" },
    why: "an end that is over",
  },
  { request: { scopes: ["SCOPE_INGEST"], name: "x".repeat(101) }, why: "a long name" },
])("refuses a key with $why", async ({ request }) => {
  const { call, application_id } = await signedIn();
  expect((await call("CreateApiKey", { application_id, ...request })).code).toBe(
    "invalid_argument",
  );
  expect((await call("ListApiKeys", { application_id })).json).toMatchObject({ api_keys: [] });
});

test("keys are paged newest first", async () => {
  const { call, application_id } = await signedIn();
  const made: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { json } = await call("CreateApiKey", { application_id, scopes: ["SCOPE_INGEST"] });
    made.unshift((json["api_key"] as { id: string }).id);
  }
  const got: string[] = [];
  let page_token: unknown = "";
  do {
    const { json } = await call("ListApiKeys", { application_id, page_size: 2, page_token });
    got.push(...(json["api_keys"] as { id: string }[]).map(({ id }) => id));
    page_token = json["next_page_token"];
  } while (page_token !== "");
  expect(got).toEqual(made);
});

test.each(["", "nonsense", "00000000"])(
  "the application id %j is refused",
  async (application_id) => {
    const { call } = await signedIn();
    expect((await call("GetApplication", { application_id })).code).toBe("invalid_argument");
  },
);
