/**
 * The first user of an instance.
 * Invariant: at most one owner is ever made this way. Steps, each of which may be the last one before a
 * crash: claim of the instance → claim of the email → the user's record, which makes the owner exist.
 * Claims left behind are taken over by the next attempt (claim.ts), so an instance whose set-up was cut
 * short still needs its owner.
 *
 * Each start of a process that finds no owner makes a code and prints it; all printed codes work (processes
 * of one cluster start together) until there is an owner, then none does. Only hashes of them are stored.
 */
import { changeRecord } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import { randomBase62 } from "../auth/base62.ts";
import type { PasswordHasher } from "../auth/password.ts";
import { sameHash, secretHash } from "../auth/refresh-token.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Clock } from "../domain/clock.ts";
import { conflict, denied, isFault } from "../domain/fault.ts";
import { parseUserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { claimName, isAbandoned } from "./claim.ts";
import { parseEmail, parseUserName, userAddress, type User, type Users } from "./users.ts";

const OWNER: RecordAddress = { table: "instance", partition: "instance", key: "owner" };
const CODES: RecordAddress = { table: "instance", partition: "instance", key: "setup_codes" };
/** 143 bits. */
const CODE_DIGITS = 24;
/** Codes of older starts stop working. */
const CODES_KEPT = 16;
const TAKEN = "the instance has an owner already";
/** Of several processes one needs some 0.2 s to make the owner where three nodes agree about each step. */
const OWNER_LIMIT_MS = 10_000;
const OWNER_PAUSE_MS = 200;

export interface OwnerRequest {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

export interface Setup {
  needsOwner(): Promise<boolean>;
  /** @returns a new code to print, or undefined when there is an owner. */
  makeCode(): Promise<string | undefined>;
  /** Fails as `setUpOwner` does for its code, and changes nothing. */
  checkCode(code: string): Promise<void>;
  /** Makes the owner for whoever has a code: `conflict` when there is one, `denied` for a wrong code. */
  setUpOwner(request: OwnerRequest & { code: string }, signal?: AbortSignal): Promise<User>;
  /**
   * Makes the owner for the operator, who needs no code.
   * @returns undefined when there is one: nothing changed.
   */
  createOwner(request: OwnerRequest): Promise<User | undefined>;
}

export function createSetup(deps: {
  records: RecordStore;
  users: Users;
  passwords: PasswordHasher;
  clock: Clock;
  entropy: Entropy;
}): Setup {
  const { records, users, passwords, clock, entropy } = deps;
  /** An owner is never unmade. */
  let hasOwner = false;

  async function needsOwner(): Promise<boolean> {
    if (hasOwner) return false;
    const claim = await records.get(OWNER);
    if (claim === undefined) return true;
    const user = await records.get(userAddress(storedFields("instance", claim.value).text("id")));
    hasOwner = user !== undefined && !isAbandoned(user.value);
    return !hasOwner;
  }

  async function makeOwner(request: OwnerRequest, signal?: AbortSignal): Promise<User> {
    const email = parseEmail(request.email);
    const name = parseUserName(request.name, email);
    const passwordHash = await passwords.hash(request.password, "password", signal);
    const id = parseUserId(entropy.uuid());
    const user = { id, email, name, instanceAdmin: true, createdAtMs: clock.nowMs() };
    await claimName(records, OWNER, { id }, userAddress, TAKEN);
    return users.create({ ...user, passwordHash });
  }

  async function isCode(code: string): Promise<boolean> {
    const found = await records.get(CODES);
    const hashes = found === undefined ? [] : storedFields("instance", found.value).texts("hashes");
    const given = secretHash(code.trim());
    return hashes.some((kept) => sameHash(kept, given));
  }

  async function checkCode(code: string): Promise<void> {
    if (!(await needsOwner())) throw conflict(TAKEN);
    if (!(await isCode(code))) {
      throw denied("the setup code is wrong: use the newest link that the server printed");
    }
  }

  return {
    needsOwner,
    checkCode,

    async makeCode() {
      if (!(await needsOwner())) return undefined;
      const code = randomBase62(entropy, CODE_DIGITS);
      const added = secretHash(code);
      await records.insert(CODES, { hashes: [] });
      await changeRecord(records, CODES, (value): JsonObject => {
        const hashes = storedFields("instance", value).texts("hashes");
        return { hashes: [...hashes, added].slice(-CODES_KEPT) };
      });
      return code;
    },

    async setUpOwner(request, signal) {
      await checkCode(request.code);
      return makeOwner(request, signal);
    },

    async createOwner(request) {
      const end = clock.monotonicMs() + OWNER_LIMIT_MS;
      for (;;) {
        if (!(await needsOwner())) return undefined;
        try {
          return await makeOwner(request);
        } catch (error) {
          // Processes with the same settings start together: another one is half-way, or overtook this one and is.
          if (!isFault(error, "conflict") && !isFault(error, "overloaded")) throw error;
          if (!(await needsOwner())) return undefined;
          if (clock.monotonicMs() > end) throw error;
        }
        // Not all at the same moment again.
        await clock.sleep(OWNER_PAUSE_MS + entropy.below(OWNER_PAUSE_MS));
      }
    },
  };
}
