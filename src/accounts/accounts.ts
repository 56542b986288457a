/**
 * Puts credentials and accounts together over one record store.
 * Invariant: nothing here holds a resource but notes that are not written yet: they are when it is disposed.
 */
import { createAccessTokens } from "../auth/access-token.ts";
import { createApiKeys, type ApiKeys } from "../auth/api-keys.ts";
import { createAuthenticator, type Authenticator, type Standing } from "../auth/authenticate.ts";
import type { Entropy } from "../auth/entropy.ts";
import { createLoginLimits } from "../auth/login-limits.ts";
import { createPasswordHasher, type Argon2id } from "../auth/password.ts";
import { createSessions } from "../auth/sessions.ts";
import { createSigningKeys, type SigningKeys } from "../auth/signing-keys.ts";
import { VerifiedCache } from "../auth/verified-cache.ts";
import type { Clock } from "../domain/clock.ts";
import { eachItsTurn } from "../domain/each-its-turn.ts";
import { overloaded } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import type { RecordStore } from "../storage/record-store.ts";
import { CLOCK_ERROR_MS } from "../storage/shared-store.ts";
import { createAcceptInvite, type AcceptInvite } from "./accept-invite.ts";
import { createAdmins, type Admins } from "./admins.ts";
import { createApplications, type ApplicationEvents, type Applications } from "./applications.ts";
import { createAudit, userActor, type Audit } from "./audit.ts";
import { createExportTickets, type ExportTickets } from "./export-tickets.ts";
import { createInvites, type Invites, type TakeBackFrom } from "./invites.ts";
import { createMembers, type Members } from "./members.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { applicationIds } from "./retentions.ts";
import { createSetup, type Setup } from "./setup.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";
import { createUsage, type Usage } from "./usage.ts";
import { createUsers, type Users } from "./users.ts";

/** Each application's days are looked at. */
const TIDIED_AT_ONCE = 8;

export interface Accounts extends AsyncDisposable {
  readonly setup: Setup;
  readonly signIn: SignIn;
  readonly users: Users;
  readonly admins: Admins;
  readonly members: Members;
  readonly invites: Invites;
  readonly acceptInvite: AcceptInvite;
  readonly passwords: Passwords;
  readonly exportTickets: ExportTickets;
  readonly audit: Audit;
  readonly usage: Usage;
  readonly applications: Applications;
  readonly apiKeys: ApiKeys;
  readonly signingKeys: SigningKeys;
  readonly authenticator: Authenticator;
  /**
   * Deletes what has ended: to be done once a day, by one process of all or by any number. Throws the first failure when
   * everything had its turn, and `overloaded`, with nothing deleted, while the clock is ahead of the store's.
   */
  tidy(signal?: AbortSignal): Promise<void>;
}

export function createAccounts(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
  logger: Logger;
  /** How far `clock` is ahead of the store's, ms; negative when it is behind. */
  clockAheadMs: () => Promise<number>;
  events: ApplicationEvents;
  /** Node's own unless a test counts or cheapens it. */
  argon2id?: Argon2id;
}): Accounts {
  const verified = new VerifiedCache(deps.clock);
  const { forget } = verified;
  const users = createUsers(deps);
  const invites = createInvites(deps);
  const takeBack: TakeBackFrom = async (userId, given) => {
    const user = await users.get(userId);
    if (user !== undefined) await invites.takeBack(user.email, given);
  };
  const members = createMembers({ ...deps, forget, takeBack });
  const hasher = createPasswordHasher(deps);
  const audit = createAudit({ ...deps, users });
  const sessions = createSessions({
    ...deps,
    forget,
    async onReuse({ userId, sessionId }, by) {
      const email = (await users.get(userId))?.email ?? "";
      await audit.run(
        "instance",
        { principal: { kind: "nobody" }, actor: userActor(userId, email), ...by },
        { action: "session.reuse", target: sessionId, details: {} },
        () => Promise.resolve(),
      );
    },
  });
  const apiKeys = createApiKeys({ ...deps, forget });
  const signingKeys = createSigningKeys(deps);
  const tokens = createAccessTokens({ keys: signingKeys, clock: deps.clock });
  const usage: Usage = createUsage({
    ...deps,
    isLive: async (app) => (await applications.find(app)) !== undefined,
  });
  const applications: Applications = createApplications({ ...deps, members, apiKeys, usage });
  const standing: Standing = {
    async userStanding(userId) {
      const [found, roles] = await Promise.all([users.find(userId), members.rolesOf(userId)]);
      if (found === undefined || found.user.disabled) return undefined;
      const { user, generation } = found;
      return { instanceAdmin: user.instanceAdmin, roles, generation };
    },
    async applicationExists(appId) {
      return (await applications.find(appId)) !== undefined;
    },
  };
  const authenticator = createAuthenticator({
    ...deps,
    tokens,
    sessions,
    apiKeys,
    standing,
    verified,
  });
  const limits = createLoginLimits(deps);
  const admins = createAdmins({ ...deps, users, forget, takeBack });
  const exportTickets = createExportTickets(deps);
  const signIn = createSignIn({ users, passwords: hasher, sessions, tokens, limits });
  const passwords = createPasswords({ ...deps, users, hasher, sessions, signIn, forget });
  return {
    setup: createSetup({ ...deps, users, passwords: hasher }),
    signIn,
    users,
    admins,
    members,
    invites,
    acceptInvite: createAcceptInvite({
      ...deps,
      users,
      members,
      admins,
      invites,
      applications,
      passwords: hasher,
      signIn,
    }),
    passwords,
    exportTickets,
    audit,
    usage,
    async tidy(signal) {
      const aheadMs = await deps.clockAheadMs();
      if (aheadMs > CLOCK_ERROR_MS)
        throw overloaded(
          `this machine's clock is ${Math.round(aheadMs / 1000)} s ahead of the store's: nothing is tidied by it until it is right; synchronise the clocks`,
        );
      const parts = [invites, passwords, exportTickets, audit].map((each) => () => each.tidy());
      const options = {
        signal,
        onOther: (error: unknown) => deps.logger.error("tidying failed, it is tried again", error),
      };
      async function* all(): AsyncGenerator<() => Promise<void>> {
        yield* parts;
        for await (const id of applicationIds(deps.records)) yield () => usage.tidy(id);
      }
      await eachItsTurn(all(), TIDIED_AT_ONCE, (part) => part(), options);
    },
    applications,
    apiKeys,
    signingKeys,
    authenticator,
    async [Symbol.asyncDispose]() {
      // Out of reach, the store is as after a crash: the last minute is not counted.
      await usage.flush().catch((error: unknown) => {
        deps.logger.warn("the counts of the last minute were not written down", {
          reason: error instanceof Error ? error.message : String(error),
        });
      });
      await authenticator[Symbol.asyncDispose]();
    },
  };
}
