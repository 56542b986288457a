/**
 * Invites: codes that make their holder a user and a member.
 * Invariant: the store keeps the hash of a code and never the code. An invite ends after 7 days, when it is taken up,
 * and as far as its maker may not give any more what it gives: who lost a role has no invites left behind.
 * Every invite is a thing of its own, and gives what its own maker said; but what an email is given anew, or has lost or got
 * in another way, no invite from before gives any more (`takeBack`).
 */
import { randomBase62 } from "../auth/base62.ts";
import { allRecords, changeRecord, removeRecord } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import { secretHash } from "../auth/refresh-token.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Clock } from "../domain/clock.ts";
import { notFound, type FaultError } from "../domain/fault.ts";
import { parseAppId, parseUserId, type AppId, type UserId } from "../domain/ids.ts";
import { ROLES, type Role } from "../domain/principal.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";

const INVITES = "invites";
/** 143 bits. */
const CODE_DIGITS = 24;
const LIFE_MS = 7 * 86_400_000;

export interface Invite {
  /** In lower case. */
  readonly email: string;
  readonly inviter: UserId;
  readonly instanceAdmin: boolean;
  readonly memberships: ReadonlyMap<AppId, Role>;
  readonly expiresAtMs: number;
}

/** Besides the user, of what kind what an invite gives is. */
export interface Given {
  readonly instanceAdmin: boolean;
  readonly applications: readonly AppId[];
}

/** Nothing that a user may by an invite from before stands against what was decided since. */
export type TakeBackFrom = (user: UserId, given: Given) => Promise<void>;

export interface Invites {
  /** Takes back what it gives from earlier ones to the same email. @returns the code, which nobody can read again, and its end. */
  create(of: Omit<Invite, "expiresAtMs">): Promise<{ code: string; expiresAtMs: number }>;
  /** @returns what the code is to, undefined when it is none or has ended. */
  find(code: string): Promise<Invite | undefined>;
  /** Pending invites to this email do not give this any more; those that give nothing else end. */
  takeBack(email: string, given: Given): Promise<void>;
  /** Ends an invite; one that is over is no error. */
  end(code: string): Promise<void>;
  /** Removes those that have ended. */
  tidy(): Promise<void>;
}

/** Codes are secrets: the words do not repeat them. */
export function noSuchInvite(): FaultError {
  return notFound("invite: it was used, has ended or was taken back. Ask for a new one", "");
}

export function createInvites(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
}): Invites {
  const { records, clock, entropy } = deps;

  /** All are looked through: they are few, as they last a week. */
  async function takeBack(email: string, given: Given): Promise<void> {
    for await (const row of allRecords(records, "invite", INVITES)) {
      if (parseInvite(row.value).email !== email) continue;
      const at = { table: "invite", partition: INVITES, key: row.key } as const;
      const left = await changeRecord(records, at, (value) =>
        storeInvite(without(parseInvite(value), given)),
      );
      if (left !== undefined && givesNothing(parseInvite(left))) await removeRecord(records, at);
    }
  }

  return {
    takeBack,

    async create(of) {
      const { email, instanceAdmin, memberships } = of;
      // Before: of two made at once both may be left, but never none.
      await takeBack(email, { instanceAdmin, applications: [...memberships.keys()] });
      const code = randomBase62(entropy, CODE_DIGITS);
      const expiresAtMs = clock.nowMs() + LIFE_MS;
      await records.insert(inviteAddress(code), storeInvite({ ...of, expiresAtMs }));
      return { code, expiresAtMs };
    },

    async find(code) {
      const found = await records.get(inviteAddress(code.trim()));
      if (found === undefined) return undefined;
      const invite = parseInvite(found.value);
      return invite.expiresAtMs > clock.nowMs() ? invite : undefined;
    },

    async end(code) {
      await removeRecord(records, inviteAddress(code.trim()));
    },

    async tidy() {
      for await (const row of allRecords(records, "invite", INVITES)) {
        if (parseInvite(row.value).expiresAtMs > clock.nowMs()) continue;
        await records.remove({ table: "invite", partition: INVITES, key: row.key }, row.version);
      }
    },
  };
}

function without(invite: Invite, { instanceAdmin, applications }: Given): Invite {
  return {
    ...invite,
    instanceAdmin: invite.instanceAdmin && !instanceAdmin,
    memberships: new Map([...invite.memberships].filter(([id]) => !applications.includes(id))),
  };
}

function givesNothing({ instanceAdmin, memberships }: Invite): boolean {
  return !instanceAdmin && memberships.size === 0;
}

function inviteAddress(code: string): RecordAddress {
  return { table: "invite", partition: INVITES, key: secretHash(code) };
}

function storeInvite(invite: Invite): JsonObject {
  return {
    email: invite.email,
    inviter: invite.inviter,
    instance_admin: invite.instanceAdmin,
    memberships: Object.fromEntries(invite.memberships),
    expires_at_ms: invite.expiresAtMs,
  };
}

function parseInvite(value: JsonObject): Invite {
  const fields = storedFields("invite", value);
  const memberships = fields.object("memberships");
  const roles = storedFields("invite", memberships);
  return {
    email: fields.text("email"),
    inviter: parseUserId(fields.text("inviter")),
    instanceAdmin: fields.flag("instance_admin"),
    memberships: new Map(
      Object.keys(memberships).map((id) => [parseAppId(id), roles.oneOf(id, ROLES)]),
    ),
    expiresAtMs: fields.number("expires_at_ms"),
  };
}
