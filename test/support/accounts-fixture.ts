/**
 * Accounts over the embedded store in memory, with passwords that cost nothing.
 * Invariant: the same seed draws the same ids and secrets; nothing here reads a clock or the system's entropy;
 * the store is closed when the test ends.
 */
import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import { createAccounts, type Accounts } from "../../src/accounts/accounts.ts";
import type { SignedIn } from "../../src/accounts/sign-in.ts";
import type { Entropy } from "../../src/auth/entropy.ts";
import type { Argon2id } from "../../src/auth/password.ts";
import type { AppId } from "../../src/domain/ids.ts";
import type { JsonObject, RecordStore } from "../../src/storage/record-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "./fake-clock.ts";
import { keepingLogger, type KeptLine } from "./silent.ts";

export const ORIGIN = { address: "192.0.2.1", device: "test" } as const;
export const OWNER = {
  email: "owner@example.com",
  password: "correct horse battery",
  name: "Owner",
} as const;

/** SHA-256 in a chain, cut where it is asked: uniform enough, and the same for the same seed. */
export function seededEntropy(seed = "seed"): Entropy {
  let n = 0;
  const bytes = (length: number): Uint8Array => {
    const parts: Buffer[] = [];
    for (let got = 0; got < length; got += 32) {
      parts.push(createHash("sha256").update(`${seed} ${n++}`).digest());
    }
    return Buffer.concat(parts).subarray(0, length);
  };
  return {
    bytes,
    below: (below) => Buffer.from(bytes(6)).readUIntBE(0, 6) % below,
    uuid: () => {
      // Ascending as UUIDv7 are.
      const hex = (n++).toString(16).padStart(12, "0") + Buffer.from(bytes(10)).toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
}

export interface CountingArgon2id {
  readonly argon2id: Argon2id;
  /** The costs of all calls so far. */
  readonly calls: { memoryKiB: number; passes: number; lanes: number }[];
}

export function countingArgon2id(): CountingArgon2id {
  const calls: CountingArgon2id["calls"] = [];
  return {
    calls,
    argon2id: (password, salt, cost, tagBytes) => {
      calls.push({ ...cost });
      const tag = createHash("sha256").update(salt).update(password).digest();
      return Promise.resolve(tag.subarray(0, tagBytes));
    },
  };
}

export interface AccountsFixture {
  readonly accounts: Accounts;
  readonly records: RecordStore;
  /** Everything that was ever written, as JSON: for tests that look for secrets at rest. */
  readonly written: readonly string[];
  readonly clock: FakeClock;
  readonly log: readonly KeptLine[];
  readonly argon2Calls: CountingArgon2id["calls"];
  readonly deleted: AppId[];
  readonly retentions: [AppId, number][];
  readonly requoted: AppId[];
  /** Makes the owner and signs in. */
  readonly signInOwner: () => Promise<SignedIn>;
  /** Another process over the same store. */
  readonly another: (seed: string, records?: RecordStore) => Accounts;
}

/**
 * @param store the embedded one in memory, of its own, unless said otherwise.
 * @param clockAheadMs of the store's; not at all unless said otherwise.
 */
export async function accountsFixture(
  store?: RecordStore,
  clockAheadMs: (clock: FakeClock) => Promise<number> = async () => 0,
): Promise<AccountsFixture> {
  const clock = new FakeClock();
  const kept = store ?? (await recordsInMemory(clock));
  const written: string[] = [];
  const keep = (value: JsonObject): JsonObject => {
    written.push(JSON.stringify(value));
    return value;
  };
  const records: RecordStore = {
    ...kept,
    insert: (at, value) => kept.insert(at, keep(value)),
    replace: (at, version, value) => kept.replace(at, version, keep(value)),
  };
  const log: KeptLine[] = [];
  const counting = countingArgon2id();
  const deleted: AppId[] = [];
  const retentions: [AppId, number][] = [];
  const requoted: AppId[] = [];
  const another = (seed: string, over: RecordStore = records): Accounts =>
    createAccounts({
      records: over,
      clock,
      entropy: seededEntropy(seed),
      logger: keepingLogger(log),
      argon2id: counting.argon2id,
      clockAheadMs: () => clockAheadMs(clock),
      events: {
        onDeleted: (appId) => Promise.resolve(void deleted.push(appId)),
        onRetentionChanged: (appId, days) => Promise.resolve(void retentions.push([appId, days])),
        onQuotaChanged: (appId) => void requoted.push(appId),
      },
    });
  const accounts = another("first");
  return {
    accounts,
    records,
    written,
    clock,
    log,
    argon2Calls: counting.calls,
    deleted,
    retentions,
    requoted,
    another,
    async signInOwner() {
      await accounts.setup.createOwner(OWNER);
      return accounts.signIn.login(OWNER, ORIGIN);
    },
  };
}

async function recordsInMemory(clock: FakeClock): Promise<RecordStore> {
  const store = await openSqliteStore({ folder: ":memory:", clock });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store.records;
}
