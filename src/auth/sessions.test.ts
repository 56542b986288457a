import fc from "fast-check";
import { expect, test } from "vitest";
import {
  accountsFixture,
  ORIGIN,
  OWNER,
  seededEntropy,
} from "../../test/support/accounts-fixture.ts";
import { isFault, overloaded } from "../domain/fault.ts";
import { createSessions } from "./sessions.ts";
import { DAY_MS } from "../domain/time-range.ts";

async function signedIn() {
  const fixture = await accountsFixture();
  const first = await fixture.signInOwner();
  const { signIn } = fixture.accounts;
  /** The successor, or undefined when it is refused. */
  const refresh = async (token: string, by = signIn): Promise<string | undefined> => {
    try {
      return (await by.refresh(token, ORIGIN)).refreshToken;
    } catch (error) {
      if (isFault(error, "unauthenticated")) return undefined;
      throw error;
    }
  };
  return { ...fixture, signIn, refresh, token: first.refreshToken, first };
}

test("each use gives another token, and the session lives 30 days from the last", async () => {
  const { refresh, token, clock } = await signedIn();
  let current = token;
  const seen = new Set([current]);
  for (let i = 0; i < 4; i++) {
    await clock.advance(30 * DAY_MS - 1);
    current = (await refresh(current)) ?? "";
    seen.add(current);
  }
  expect(seen.size).toBe(5);
  await clock.advance(30 * DAY_MS);
  expect(await refresh(current)).toBeUndefined();
});

test("two tabs that refresh at once get the same successor, at one process or at two", async () => {
  const { refresh, token, another } = await signedIn();
  const other = another("second").signIn;
  const successors = await Promise.all([
    refresh(token),
    refresh(token),
    refresh(token, other),
    refresh(token, other),
  ]);
  expect(successors[0]).toBeDefined();
  expect(new Set(successors).size).toBe(1);
});

test("a token whose successor was lost with the store's answer works again when the store is back, for 30 s", async () => {
  const { another, records, clock, refresh, token } = await signedIn();
  let isLost = true;
  const losing = another("losing", {
    ...records,
    replace: async (at, ...rest) => {
      const changed = await records.replace(at, ...rest);
      if (isLost && at.table === "session") throw overloaded("the store does not answer");
      return changed;
    },
  }).signIn;
  await expect(refresh(token, losing)).rejects.toThrow("does not answer");
  isLost = false;
  await clock.advance(600_000);
  const successor = await refresh(token, losing);
  expect(successor).toBeDefined();
  await clock.advance(30_000);
  expect(await refresh(token, losing)).toBe(successor);
  await clock.advance(1);
  expect(await refresh(token, losing)).toBeUndefined();
  expect(await refresh(successor ?? "")).toBeUndefined();
});

test("a process that knows nothing of the lost answer takes the token for a copy", async () => {
  const { another, records, clock, refresh, token } = await signedIn();
  const losing = another("losing", {
    ...records,
    replace: async (at, ...rest) => {
      await records.replace(at, ...rest);
      throw overloaded("the store does not answer");
    },
  }).signIn;
  await expect(refresh(token, losing)).rejects.toThrow("does not answer");
  await clock.advance(30_001);
  expect(await refresh(token)).toBeUndefined();
});

test.each([
  { afterMs: 0, works: true },
  { afterMs: 30_000, works: true },
  { afterMs: 30_001, works: false },
])("the token just replaced works after $afterMs ms: $works", async ({ afterMs, works }) => {
  const { refresh, token, clock } = await signedIn();
  const successor = (await refresh(token)) ?? "";
  await clock.advance(afterMs);
  expect(await refresh(token)).toBe(works ? successor : undefined);
  expect((await refresh(successor)) !== undefined).toBe(works);
});

test("a token from before the last two ends the session", async () => {
  const { refresh, token } = await signedIn();
  const second = (await refresh(token)) ?? "";
  const third = (await refresh(second)) ?? "";
  expect(await refresh(token)).toBeUndefined();
  expect(await refresh(third)).toBeUndefined();
});

test("a guess with the session's id ends nothing", async () => {
  const { refresh, token } = await signedIn();
  const prefix = "argus_refresh_";
  const bytes = Buffer.from(token.slice(prefix.length), "base64url");
  for (const at of [32, 47]) {
    const guess = Buffer.from(bytes);
    guess[at] = (guess[at] ?? 0) ^ 1;
    expect(await refresh(prefix + guess.toString("base64url"))).toBeUndefined();
  }
  expect(await refresh(token)).toBeDefined();
});

test.each(["", "argus_refresh_", "argus_refresh_AAAA", "x".repeat(10_000), "a.b.c"])(
  "%j is no refresh token and ends no session",
  async (text) => {
    const { refresh, signIn } = await signedIn();
    expect(await refresh(text)).toBeUndefined();
    expect(await signIn.logout(text)).toBeUndefined();
  },
);

test("logout ends the session with any of its tokens, once", async () => {
  const { refresh, token, signIn, first } = await signedIn();
  const second = (await refresh(token)) ?? "";
  const other = await signIn.login(OWNER, ORIGIN);
  expect(await signIn.logout(token)).toBeDefined();
  expect(await signIn.logout(token)).toBeUndefined();
  expect(await refresh(second)).toBeUndefined();
  expect(await refresh(other.refreshToken)).toBeDefined();
  expect(first.user).toEqual(other.user);
});

test.each([
  { how: "logged out", end: "logout" },
  { how: "ended by a copy of its token", end: "copy" },
  { how: "given up for a newer one", end: "push" },
] as const)("a session that is $how is refused at once, remembered or not", async ({ end }) => {
  const { signIn, accounts, clock, records, first, refresh } = await signedIn();
  const credentials = { authorization: `Bearer ${first.accessToken}` };
  await clock.advance(1_000);
  const other = { authorization: `Bearer ${(await signIn.login(OWNER, ORIGIN)).accessToken}` };
  const { authenticator } = accounts;
  // Without a password, or the limit of sign-ins would hold them up.
  const entropy = seededEntropy("more sessions");
  const more = createSessions({ records, clock, entropy, forget: () => undefined });
  for (let n = 0; n < 98; n++) {
    await clock.advance(1_000);
    await more.start({ userId: first.user.id, generation: 0 }, ORIGIN);
  }
  for (const one of [credentials, other]) await authenticator.authenticate(one);
  if (end === "logout") await signIn.logout(first.refreshToken);
  if (end === "push") await signIn.login(OWNER, ORIGIN);
  if (end === "copy") {
    const second = (await refresh(first.refreshToken)) ?? "";
    await refresh(second);
    await refresh(first.refreshToken);
  }
  expect(authenticator.known(credentials)).toBeUndefined();
  await expect(authenticator.authenticate(credentials)).rejects.toThrow();
  expect(await authenticator.authenticate(other)).toMatchObject({ kind: "user" });
});

test("no token and no password is ever written", async () => {
  const { refresh, token, written } = await signedIn();
  const second = (await refresh(token)) ?? "";
  const all = written.join("\n");
  for (const secret of [token, second]) {
    const raw = Buffer.from(secret.slice("argus_refresh_".length), "base64url").subarray(32);
    for (const part of [raw.subarray(0, 16), raw.subarray(16)]) {
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        expect(all).not.toContain(part.toString(encoding).replace(/=+$/, ""));
      }
    }
  }
  expect(all).not.toContain(OWNER.password);
});

test("a user keeps at most 100 sessions; those that are over are removed", async () => {
  const { signIn, clock, records, first } = await signedIn();
  const count = async (): Promise<number> =>
    (await records.list("session", first.user.id, { limit: 1_000 })).length;
  for (let i = 0; i < 110; i++) {
    await clock.advance(60_000);
    await signIn.login(OWNER, ORIGIN);
  }
  expect(await count()).toBe(100);
  await clock.advance(31 * DAY_MS);
  await signIn.login(OWNER, ORIGIN);
  expect(await count()).toBe(1);
});

test("any run of uses and waits behaves as the model says", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.record({ wait: fc.constantFrom(1, 29_999, 30_001, 15 * DAY_MS, 31 * DAY_MS) }),
          // How many tokens before the newest one is used.
          fc.record({ use: fc.constantFrom(0, 0, 0, 1, 2) }),
        ),
        { maxLength: 25 },
      ),
      async (steps) => {
        const { refresh, token, clock } = await signedIn();
        // The model: tokens by age, when the newest but one was replaced, when the session ends.
        const tokens = [token];
        let replacedAtMs = Number.NEGATIVE_INFINITY;
        let endsAtMs = clock.nowMs() + 30 * DAY_MS;
        let over = false;
        for (const step of steps) {
          if ("wait" in step) {
            await clock.advance(step.wait);
            continue;
          }
          const nowMs = clock.nowMs();
          const used = tokens.at(-1 - step.use);
          if (used === undefined) continue;
          over ||= nowMs >= endsAtMs;
          const got = await refresh(used);
          if (over) {
            expect(got).toBeUndefined();
          } else if (step.use === 0) {
            expect(tokens).not.toContain(got);
            tokens.push(got ?? "");
            replacedAtMs = nowMs;
            endsAtMs = nowMs + 30 * DAY_MS;
          } else if (step.use === 1 && nowMs - replacedAtMs <= 30_000) {
            expect(got).toBe(tokens.at(-1));
          } else {
            expect(got).toBeUndefined();
            over = true;
          }
        }
      },
    ),
    { numRuns: 50 },
  ));
