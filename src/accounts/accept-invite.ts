/**
 * Taking up invites.
 * Invariant: a code gives what its maker may give at that moment, to the email it names and to no other. Steps, any
 * of which may be the last one before a crash: the user, if there is none → memberships → admin of the instance
 * → the invite ends. What was given is taken back from all invites to this email, this one too, so that the same code
 * and password go on where they stopped.
 * Who took an email before shows their password: a code alone never signs in as a user who is there.
 */
import type { Entropy } from "../auth/entropy.ts";
import type { PasswordHasher } from "../auth/password.ts";
import type { SessionOrigin } from "../auth/sessions.ts";
import type { Clock } from "../domain/clock.ts";
import { isFault, unauthenticated } from "../domain/fault.ts";
import { parseUserId, type AppId } from "../domain/ids.ts";
import type { Role } from "../domain/principal.ts";
import type { Admins } from "./admins.ts";
import type { Application } from "./application.ts";
import type { Applications } from "./applications.ts";
import { noSuchInvite, type Invite, type Invites } from "./invites.ts";
import type { Members } from "./members.ts";
import type { SignedIn, SignIn } from "./sign-in.ts";
import { parseUserName, type StoredUser, type Users } from "./users.ts";

export interface OpenInvite extends Omit<Invite, "memberships"> {
  /** By name. */
  readonly memberships: readonly { readonly application: Application; readonly role: Role }[];
  /** There is a user with this email by now. */
  readonly hasUser: boolean;
}

export interface AcceptInvite {
  /** What a code is to now; fails with `noSuchInvite`. */
  look(code: string): Promise<OpenInvite>;
  /** Takes the invite up and signs in; fails `unauthenticated` for a user's wrong password. */
  accept(
    of: { code: string; name: string; password: string },
    origin: SessionOrigin,
    signal?: AbortSignal,
  ): Promise<SignedIn>;
}

export function createAcceptInvite(deps: {
  invites: Invites;
  users: Users;
  members: Members;
  admins: Admins;
  applications: Applications;
  passwords: PasswordHasher;
  signIn: SignIn;
  clock: Clock;
  entropy: Entropy;
}): AcceptInvite {
  const { invites, users, members, admins, applications, passwords, signIn } = deps;

  async function find(code: string): Promise<{ invite: Invite; inviterIsAdmin: boolean }> {
    const invite = await invites.find(code);
    const inviter = invite === undefined ? undefined : await users.get(invite.inviter);
    if (invite === undefined || inviter === undefined || inviter.disabled) throw noSuchInvite();
    return { invite, inviterIsAdmin: inviter.instanceAdmin };
  }

  async function look(code: string): Promise<OpenInvite> {
    const { invite, inviterIsAdmin } = await find(code);
    const mayGive = async (id: AppId): Promise<boolean> =>
      inviterIsAdmin || (await members.get(id, invite.inviter))?.role === "owner";
    const ids: AppId[] = [];
    for (const id of invite.memberships.keys()) if (await mayGive(id)) ids.push(id);
    const given = await applications.listOf(ids);
    if (given.length === 0 && !inviterIsAdmin) throw noSuchInvite();
    return {
      ...invite,
      instanceAdmin: invite.instanceAdmin && inviterIsAdmin,
      memberships: given.map((application) => ({
        application,
        role: invite.memberships.get(application.id) ?? "viewer",
      })),
      hasUser: (await users.findByEmail(invite.email)) !== undefined,
    };
  }

  async function make(
    email: string,
    of: { name: string; password: string },
    signal: AbortSignal | undefined,
  ): Promise<StoredUser | undefined> {
    const name = parseUserName(of.name, email);
    const passwordHash = await passwords.hash(of.password, "password", signal);
    const id = parseUserId(deps.entropy.uuid());
    const createdAtMs = deps.clock.nowMs();
    try {
      const made = { id, email, name, instanceAdmin: false, createdAtMs, passwordHash };
      return { user: await users.create(made), passwordHash, generation: 0 };
    } catch (error) {
      // Somebody else took up an invite to the same email meanwhile.
      if (isFault(error, "conflict")) return undefined;
      throw error;
    }
  }

  return {
    look,

    async accept({ code, name, password }, origin, signal) {
      const { email, hasUser } = await look(code);
      const made = hasUser ? undefined : await make(email, { name, password }, signal);
      const stored = made ?? (await signIn.prove({ email, password }, origin, wrong, signal));
      // A password takes a while to prove, and what the code is to may have been taken back meanwhile.
      const invite = await look(code);
      for (const { application, role } of invite.memberships) {
        await members.raise(application.id, stored.user.id, role);
      }
      const user = invite.instanceAdmin ? await admins.set(stored.user.id, true) : stored.user;
      await invites.end(code);
      return signIn.start({ ...stored, user }, origin);
    },
  };
}

function wrong() {
  return unauthenticated(
    "there is a user with this email already: this takes their password, and it is another one",
  );
}
