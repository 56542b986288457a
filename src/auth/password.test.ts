import { expect, test } from "vitest";
import { countingArgon2id, seededEntropy } from "../../test/support/accounts-fixture.ts";
import { isFault } from "../domain/fault.ts";
import { systemEntropy } from "./entropy.ts";
import { createPasswordHasher } from "./password.ts";

test("a password is kept as argon2id of 19 MiB, two passes, one lane, and verifies", async () => {
  const hasher = createPasswordHasher({ entropy: systemEntropy });
  const phc = await hasher.hash("correct horse battery", "password");
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await hasher.verify(phc, "correct horse battery")).toBe(true);
  expect(await hasher.verify(phc, "correct horse batterx")).toBe(false);
});

test("a PHC text of the reference implementation verifies", async () => {
  // From its own tests: argon2id, t 2, 64 MiB, p 1, "password", "somesalt".
  const phc =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  const hasher = createPasswordHasher({ entropy: seededEntropy() });
  expect(await hasher.verify(phc, "password")).toBe(true);
  expect(await hasher.verify(phc, "passwore")).toBe(false);
});

test("the same password is kept as another text each time", async () => {
  const hasher = createPasswordHasher({ entropy: seededEntropy(), ...countingArgon2id() });
  const first = await hasher.hash("correct horse battery", "password");
  expect(await hasher.hash("correct horse battery", "password")).not.toBe(first);
});

test.each([
  { password: "elevenchars", reason: "at least 12" },
  { password: "", reason: "at least 12" },
  { password: "x".repeat(257), reason: "at most 256" },
])("refuses a password of $password.length characters", async ({ password, reason }) => {
  const { argon2id, calls } = countingArgon2id();
  const hasher = createPasswordHasher({ entropy: seededEntropy(), argon2id });
  await expect(hasher.hash(password, "new_password")).rejects.toThrow(reason);
  await expect(hasher.hash(password, "new_password")).rejects.toThrow("new_password");
  expect(calls).toEqual([]);
});

test.each([12, 256])("accepts a password of %d characters", async (length) => {
  const hasher = createPasswordHasher({ entropy: seededEntropy(), ...countingArgon2id() });
  const phc = await hasher.hash("x".repeat(length), "password");
  expect(await hasher.verify(phc, "x".repeat(length))).toBe(true);
});

test("a letter typed as one code point or as two is the same letter", async () => {
  const hasher = createPasswordHasher({ entropy: seededEntropy(), ...countingArgon2id() });
  const phc = await hasher.hash("caf\u00e9 caf\u00e9 caf\u00e9", "password");
  expect(await hasher.verify(phc, "cafe\u0301 cafe\u0301 cafe\u0301")).toBe(true);
});

test("every check does the same work: right, wrong, unknown user, absurdly long", async () => {
  const { argon2id, calls } = countingArgon2id();
  const hasher = createPasswordHasher({ entropy: seededEntropy(), argon2id });
  const phc = await hasher.hash("correct horse battery", "password");
  const [hashed] = calls.splice(0);
  expect(await hasher.verify(phc, "correct horse battery")).toBe(true);
  expect(await hasher.verify(phc, "wrong")).toBe(false);
  expect(await hasher.verify(undefined, "correct horse battery")).toBe(false);
  expect(await hasher.verify(phc, "x".repeat(100_000))).toBe(false);
  expect(calls).toEqual([hashed, hashed, hashed, hashed]);
});

test("two run at a time, the others wait, and beyond the queue they are turned away", async () => {
  let running = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const hasher = createPasswordHasher({
    entropy: seededEntropy(),
    argon2id: async (_password, _salt, _cost, tagBytes) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => waiting.push(resolve));
      running--;
      return new Uint8Array(tagBytes);
    },
  });
  const checks = Array.from({ length: 2 + 64 }, () => hasher.verify(undefined, "x"));
  const refused = await hasher.verify(undefined, "x").catch((error: unknown) => error);
  expect(isFault(refused, "overloaded")).toBe(true);
  let done = 0;
  while (done < checks.length) {
    const next = waiting.shift();
    if (next === undefined) await new Promise((resolve) => setImmediate(resolve));
    else {
      next();
      done++;
    }
  }
  expect(await Promise.all(checks)).toEqual(checks.map(() => false));
  expect(most).toBe(2);
});

test("whoever stops waiting leaves the queue and costs nothing", async () => {
  const { argon2id, calls } = countingArgon2id();
  const hold = Promise.withResolvers<void>();
  const hasher = createPasswordHasher({
    entropy: seededEntropy(),
    argon2id: async (...args) => {
      await hold.promise;
      return argon2id(...args);
    },
  });
  const checks = [hasher.verify(undefined, "a"), hasher.verify(undefined, "b")];
  const leaver = new AbortController();
  const left = hasher.verify(undefined, "c", leaver.signal);
  leaver.abort(new Error("went away"));
  await expect(left).rejects.toThrow("went away");
  hold.resolve();
  await Promise.all(checks);
  expect(calls).toHaveLength(2);
});
