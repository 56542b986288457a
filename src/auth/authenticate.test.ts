import { expect, test } from "vitest";
import { accountsFixture, ORIGIN } from "../../test/support/accounts-fixture.ts";
import { isFault, type FaultKind } from "../domain/fault.ts";
import type { ApiKey, VerifiedKey } from "./api-keys.ts";

async function fixtureWithKey() {
  const fixture = await accountsFixture();
  const owner = await fixture.signInOwner();
  const app = await fixture.accounts.applications.create(
    { name: "shop", title: "" },
    owner.user.id,
  );
  const made = await fixture.accounts.apiKeys.create({
    appId: app.id,
    name: "collector",
    scopes: ["ingest"],
    expiresAtMs: null,
  });
  return { ...fixture, owner, app, ...made };
}

async function faultOf(work: () => unknown): Promise<FaultKind | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    for (const kind of ["unauthenticated", "overloaded"] as const) {
      if (isFault(error, kind)) return kind;
    }
    throw error;
  }
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each([
  { name: "Bearer", headers: (key: string) => ({ authorization: `Bearer ${key}` }) },
  { name: "bearer in lower case", headers: (key: string) => ({ authorization: `bearer ${key}` }) },
  { name: "Basic", headers: (key: string) => ({ authorization: `Basic ${base64(`x:${key}`)}` }) },
  {
    name: "Basic, as user",
    headers: (key: string) => ({ authorization: `Basic ${base64(`${key}:`)}` }),
  },
  { name: "ApiKey", headers: (key: string) => ({ authorization: `ApiKey ${key}` }) },
  {
    name: "ApiKey of a pair",
    headers: (key: string) => ({ authorization: `apikey ${base64(`id:${key}`)}` }),
  },
  { name: "Splunk", headers: (key: string) => ({ authorization: `Splunk ${key}` }) },
  { name: "a header of its own", headers: (key: string) => ({ apiKey: key }) },
])("a key is known by $name", async ({ headers }) => {
  const { accounts, secret, key, app } = await fixtureWithKey();
  expect(await accounts.authenticator.authenticate(headers(secret))).toEqual({
    kind: "key",
    keyId: key.id,
    appId: app.id,
    scopes: new Set(["ingest"]),
  });
});

test("no credential is nobody", async () => {
  const { accounts } = await accountsFixture();
  expect(await accounts.authenticator.authenticate({})).toEqual({ kind: "nobody" });
  expect(accounts.authenticator.known({ authorization: "" })).toEqual({ kind: "nobody" });
});

test.each([
  "Bearer",
  "Bearer ",
  "Bearer x",
  "Bearer a.b.c",
  "Bearer argus_",
  `Bearer argus_${"a".repeat(12)}_${"b".repeat(43)}`,
  "Basic !!!",
  `Basic ${base64("user:password")}`,
  "ApiKey nothing",
  `Bearer ${"x".repeat(100_000)}`,
  "argus_without_scheme",
])("refuses %j in the same words", async (authorization) => {
  const { accounts } = await accountsFixture();
  await expect(accounts.authenticator.authenticate({ authorization })).rejects.toThrow(
    "the token or key is wrong, has expired or was revoked",
  );
});

test("refuses a key with one character changed anywhere", async () => {
  const { accounts, secret } = await fixtureWithKey();
  for (let i = 0; i < secret.length; i++) {
    const other = secret[i] === "x" ? "y" : "x";
    const authorization = `Bearer ${secret.slice(0, i)}${other}${secret.slice(i + 1)}`;
    expect(await faultOf(() => accounts.authenticator.authenticate({ authorization }))).toBe(
      "unauthenticated",
    );
  }
});

test("an access token is its user, with the roles of the moment", async () => {
  const { accounts, owner, app } = await fixtureWithKey();
  const authorization = `Bearer ${owner.accessToken}`;
  expect(await accounts.authenticator.authenticate({ authorization })).toMatchObject({
    kind: "user",
    userId: owner.user.id,
    instanceAdmin: true,
    roles: new Map([[app.id, "owner"]]),
  });
  await accounts.members.set(app.id, owner.user.id, "viewer");
  expect(await accounts.authenticator.authenticate({ authorization })).toMatchObject({
    roles: new Map([[app.id, "viewer"]]),
  });
});

test("an access token ends after 15 minutes and a little for clocks that differ", async () => {
  const { accounts, owner, clock } = await fixtureWithKey();
  const authorization = `Bearer ${owner.accessToken}`;
  await clock.advance(owner.accessTokenExpiresAtMs - clock.nowMs() - 1);
  await accounts.authenticator.authenticate({ authorization });
  await clock.advance(6_001);
  expect(await faultOf(() => accounts.authenticator.authenticate({ authorization }))).toBe(
    "unauthenticated",
  );
});

test("a token signed by another instance is refused", async () => {
  const { accounts } = await fixtureWithKey();
  const stranger = await (await accountsFixture()).signInOwner();
  const authorization = `Bearer ${stranger.accessToken}`;
  expect(await faultOf(() => accounts.authenticator.authenticate({ authorization }))).toBe(
    "unauthenticated",
  );
});

test("what a process does is seen by it at once, and by another within ten seconds", async () => {
  const { accounts, another, secret, key, owner, clock } = await fixtureWithKey();
  const other = another("second");
  const byKey = { authorization: `Bearer ${secret}` };
  const byToken = { authorization: `Bearer ${owner.accessToken}` };
  for (const process of [accounts, other]) {
    for (const credentials of [byKey, byToken])
      await process.authenticator.authenticate(credentials);
  }

  await accounts.apiKeys.revoke(key);
  await accounts.signIn.logout(owner.refreshToken);

  for (const credentials of [byKey, byToken]) {
    expect(await faultOf(() => accounts.authenticator.authenticate(credentials))).toBe(
      "unauthenticated",
    );
    expect(other.authenticator.known(credentials)).toBeDefined();
  }
  await clock.advance(10_000);
  for (const credentials of [byKey, byToken]) {
    expect(await faultOf(() => other.authenticator.authenticate(credentials))).toBe(
      "unauthenticated",
    );
  }
});

test("a key ends at its own end, remembered or not", async () => {
  const { accounts, app, clock } = await fixtureWithKey();
  const { secret } = await accounts.apiKeys.create({
    appId: app.id,
    name: "short",
    scopes: ["read"],
    expiresAtMs: clock.nowMs() + 3_000,
  });
  const authorization = `Bearer ${secret}`;
  await accounts.authenticator.authenticate({ authorization });
  await clock.advance(2_999);
  expect(accounts.authenticator.known({ authorization })).toBeDefined();
  await clock.advance(1);
  expect(await faultOf(() => accounts.authenticator.authenticate({ authorization }))).toBe(
    "unauthenticated",
  );
});

test("the keys of a deleted application end with it", async () => {
  const { accounts, app, secret } = await fixtureWithKey();
  await accounts.authenticator.authenticate({ authorization: `Bearer ${secret}` });
  await accounts.applications.delete(app.id, "shop");
  expect(
    await faultOf(() => accounts.authenticator.authenticate({ authorization: `Bearer ${secret}` })),
  ).toBe("unauthenticated");
});

test("a known key asks the store nothing, and a burst of an unknown one asks it once", async () => {
  const { records, another, secret, clock } = await fixtureWithKey();
  let reads = 0;
  const counted = another("second", {
    ...records,
    get: (at) => {
      if (at.table === "api_key") reads++;
      return records.get(at);
    },
  });
  const credentials = { authorization: `Bearer ${secret}` };
  const { key } = (await counted.apiKeys.verify(secret)) as VerifiedKey;
  await counted.apiKeys.touch(key, "");
  reads = 0;
  await Promise.all(
    Array.from({ length: 50 }, () => counted.authenticator.authenticate(credentials)),
  );
  expect(reads).toBe(1);
  await clock.advance(9_999);
  expect(counted.authenticator.known(credentials)).toBeDefined();
  await counted.authenticator.authenticate(credentials);
  expect(reads).toBe(1);
});

test("a wrong key is refused from memory for a second", async () => {
  const { records, another, clock } = await fixtureWithKey();
  let reads = 0;
  const { authenticator } = another("second", {
    ...records,
    get: (at) => {
      reads++;
      return records.get(at);
    },
  });
  const credentials = { authorization: `Bearer argus_${"a".repeat(12)}_${"b".repeat(43)}` };
  for (const want of [1, 1, 1, 2]) {
    if (want === 2) await clock.advance(1_000);
    await faultOf(() => authenticator.authenticate(credentials));
    expect(reads).toBe(want);
  }
});

test("a store out of reach is overloaded, and is not held against the key", async () => {
  const { records, another, secret } = await fixtureWithKey();
  let broken = true;
  const { authenticator } = another("second", {
    ...records,
    get: (at) => (broken ? Promise.reject(new Error("disk on fire")) : records.get(at)),
  });
  const credentials = { authorization: `Bearer ${secret}` };
  await expect(authenticator.authenticate(credentials)).rejects.toThrow("disk on fire");
  broken = false;
  expect(await authenticator.authenticate(credentials)).toMatchObject({ kind: "key" });
});

test("the last use of a key is noted once a minute, with where from", async () => {
  const { accounts, key, secret, clock } = await fixtureWithKey();
  const use = async (userAgent: string): Promise<ApiKey | undefined> => {
    await accounts.authenticator.authenticate({
      authorization: `Bearer ${secret}`,
      address: ORIGIN.address,
      userAgent,
    });
    await accounts.authenticator[Symbol.asyncDispose]();
    return accounts.apiKeys.get(key.id);
  };
  const startMs = clock.nowMs();
  expect(await use("vector/1")).toMatchObject({
    lastUsedAtMs: startMs,
    lastUsedBy: "192.0.2.1 vector/1",
  });
  await clock.advance(59_999);
  expect(await use("vector/2")).toMatchObject({ lastUsedAtMs: startMs });
  await clock.advance(10_001);
  expect(await use("vector/3")).toMatchObject({
    lastUsedAtMs: startMs + 70_000,
    lastUsedBy: "192.0.2.1 vector/3",
  });
});

test("what was refused is noted with the key, once a minute for each reason", async () => {
  const { accounts, key, clock } = await fixtureWithKey();
  const refuse = async (reason: string): Promise<ApiKey["refused"] | undefined> => {
    const from = { authorization: undefined, address: ORIGIN.address, userAgent: "curl/8" };
    accounts.authenticator.noteRefusal(key.id, from, reason);
    await accounts.authenticator[Symbol.asyncDispose]();
    return (await accounts.apiKeys.get(key.id))?.refused;
  };
  const atMs = clock.nowMs();
  expect((await accounts.apiKeys.get(key.id))?.refused).toBeNull();
  const first = { atMs, by: "192.0.2.1 curl/8", reason: "too late" };
  expect(await refuse("too late")).toEqual(first);
  await clock.advance(30_000);
  expect(await refuse("too late")).toEqual(first);
  const second = { atMs: atMs + 30_000, by: "192.0.2.1 curl/8", reason: "too large" };
  expect(await refuse("too large")).toEqual(second);
  await clock.advance(30_000);
  expect(await refuse("too late")).toEqual({ ...first, atMs: atMs + 60_000 });
});

test("who sends with a secret that is wrong, replaced or over is noted with its key, and told nothing more", async () => {
  const { accounts, key, secret, clock } = await fixtureWithKey();
  const from = { address: ORIGIN.address, userAgent: "curl/8" };
  const note = async (given: string): Promise<ApiKey["refused"] | undefined> => {
    const use = () =>
      accounts.authenticator.authenticate({ authorization: `Bearer ${given}`, ...from });
    expect(await faultOf(use)).toBe("unauthenticated");
    await accounts.authenticator[Symbol.asyncDispose]();
    return (await accounts.apiKeys.get(key.id))?.refused;
  };
  const by = "192.0.2.1 curl/8";
  // A secret of no key is nobody's.
  expect(await note(`argus_${"a".repeat(12)}_${"b".repeat(43)}`)).toBeNull();
  const atMs = clock.nowMs();
  const another = { atMs, by, reason: "the API key has another secret" };
  expect(await note(`${key.prefix}_${"b".repeat(43)}`)).toEqual(another);
  await accounts.apiKeys.rotate(key.id, 1000);
  await clock.advance(60_000);
  expect(await note(secret)).toEqual({ ...another, atMs: atMs + 60_000 });
  const brief = await accounts.apiKeys.create({
    appId: key.appId,
    name: "brief",
    scopes: ["ingest"],
    expiresAtMs: clock.nowMs() + 1000,
  });
  await clock.advance(1000);
  await note(brief.secret);
  expect((await accounts.apiKeys.get(brief.key.id))?.refused).toEqual({
    atMs: clock.nowMs(),
    by,
    reason: "the API key has expired",
  });
});

test("a use that cannot be noted is said in the log and fails no request", async () => {
  const { records, another, secret, log } = await fixtureWithKey();
  const { authenticator } = another("second", {
    ...records,
    replace: () => Promise.reject(new Error("disk full")),
  });
  expect(await authenticator.authenticate({ authorization: `Bearer ${secret}` })).toMatchObject({
    kind: "key",
  });
  await authenticator[Symbol.asyncDispose]();
  expect(log).toMatchObject([{ level: "warn", fields: { reason: "disk full" } }]);
  expect(JSON.stringify(log)).not.toContain(secret);
});
