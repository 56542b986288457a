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
import { conflict, denied, isFault, overloaded } from "../domain/fault.ts";
import { parseUserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { claimName, isAbandoned } from "./claim.ts";
import {
  type NewUser,
  parseEmail,
  parseUserName,
  userAddress,
  type User,
  type Users,
} from "./users.ts";

const OWNER: RecordAddress = { table: "instance", partition: "instance", key: "owner" };
const CODES: RecordAddress = { table: "instance", partition: "instance", key: "setup_codes" };
/** 143 bits. */
const CODE_DIGITS = 24;
/** Codes of older starts stop working. */
const CODES_KEPT = 16;
const TAKEN = "the instance has an owner already";
/** Of several processes one needs some 0.2 s to make the owner where three nodes agree about each step, seconds under load. */
const OWNER_LIMIT_MS = 60_000;
const OWNER_PAUSE_MS = 200;
/** Whoever claimed the instance and made no owner for so long has ended; it takes four calls of the store. */
const TAKE_OVER_MS = 10_000;

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

  /** @returns the id that the owner has, or will have. */
  async function ownerClaim(): Promise<string | undefined> {
    const claim = await records.get(OWNER);
    return claim === undefined ? undefined : storedFields("instance", claim.value).text("id");
  }

  async function needsOwner(): Promise<boolean> {
    if (hasOwner) return false;
    const claim = await ownerClaim();
    if (claim === undefined) return true;
    const user = await records.get(userAddress(claim));
    hasOwner = user !== undefined && !isAbandoned(user.value);
    return !hasOwner;
  }

  /** The owner to be, with a new id; the password is hashed once for any number of tries. */
  async function ownerOf(request: OwnerRequest, signal?: AbortSignal): Promise<() => NewUser> {
    const email = parseEmail(request.email);
    const name = parseUserName(request.name, email);
    const passwordHash = await passwords.hash(request.password, "password", signal);
    return () => ({
      id: parseUserId(entropy.uuid()),
      email,
      name,
      instanceAdmin: true,
      createdAtMs: clock.nowMs(),
      passwordHash,
    });
  }

  /** Takes over from whoever claimed the instance and made no owner yet. */
  async function makeOwner(owner: NewUser): Promise<User> {
    await claimName(records, OWNER, { id: owner.id }, userAddress, TAKEN);
    return users.create(owner);
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
      const owner = await ownerOf(request, signal);
      return makeOwner(owner());
    },

    async createOwner(request) {
      if (!(await needsOwner())) return undefined;
      const owner = await ownerOf(request);
      const end = clock.monotonicMs() + OWNER_LIMIT_MS;
      // Processes with the same settings start together: the first to claim the instance makes the owner, the others
      // watch its claim. If each took over from the one before, none might ever come to the last step.
      let last: Error | undefined;
      let watched: { claim: string; sinceMs: number } | undefined;
      for (;;) {
        const claim = await ownerClaim();
        if (claim !== undefined && claim !== watched?.claim)
          watched = { claim, sinceMs: clock.monotonicMs() };
        const isLeft =
          watched !== undefined && clock.monotonicMs() >= watched.sinceMs + TAKE_OVER_MS;
        try {
          const one = owner();
          if (isLeft) return await makeOwner(one);
          if (claim === undefined && (await records.insert(OWNER, { id: one.id })))
            return await users.create(one);
        } catch (error) {
          if (!isFault(error, "conflict") && !isFault(error, "overloaded")) throw error;
          last = error;
        }
        if (!(await needsOwner())) return undefined;
        if (clock.monotonicMs() > end) throw last ?? overloaded("another process makes the owner");
        // Not all at the same moment again.
        await clock.sleep(OWNER_PAUSE_MS + entropy.below(OWNER_PAUSE_MS));
      }
    },
  };
}
