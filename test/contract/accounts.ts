/**
 * What accounts promise when several processes change them at once, or one dies in between: a suite for every record
 * store, because it hangs on compare-and-set alone.
 */
import { describe, expect, test } from "vitest";

import type { Accounts } from "../../src/accounts/accounts.ts";
import type { User } from "../../src/accounts/users.ts";
import { isFault } from "../../src/domain/fault.ts";
import { parseUserId, type AppId } from "../../src/domain/ids.ts";
import { accountsFixture, ORIGIN, OWNER } from "../support/accounts-fixture.ts";
import { crashAfter } from "../support/crashing-records.ts";
import type { RecordStoreBackend } from "./record-store.ts";

const PASSWORD = "a long enough password";
const caught = (error: unknown): unknown => error;

let people = 0;

/** A user who is there, without an invite. */
async function person(accounts: Accounts, instanceAdmin = false): Promise<User> {
  const id = parseUserId(`00000000-0000-7000-9000-${String(people++).padStart(12, "0")}`);
  const email = `${id}@example.com`;
  return accounts.users.create({
    id,
    email,
    name: "x",
    instanceAdmin,
    passwordHash: "",
    createdAtMs: 0,
  });
}

function wonOf(outcomes: readonly PromiseSettledResult<unknown>[]): number {
  for (const one of outcomes)
    if (one.status === "rejected")
      expect(isFault(one.reason, "conflict"), String(one.reason)).toBe(true);
  return outcomes.filter((one) => one.status === "fulfilled").length;
}

export function describeAccounts(backend: RecordStoreBackend): void {
  const open = async (): ReturnType<typeof accountsFixture> => {
    const store = await backend.open();
    return accountsFixture(store.records);
  };

  describe(`accounts: ${backend.name}`, () => {
    test("of two owners set up at once one wins", async () => {
      const { accounts, another } = await open();
      const code = (await accounts.setup.makeCode()) ?? "";
      const processes = [accounts, another("b"), another("c")];
      const outcomes = await Promise.allSettled(
        processes.map((process, i) =>
          process.setup.setUpOwner({ ...OWNER, email: `owner${i}@example.com`, code }),
        ),
      );
      expect(wonOf(outcomes)).toBe(1);
      expect((await accounts.users.list({ limit: 10 })).users).toHaveLength(1);
    });

    test("an email and a name are had once, whoever wants them at the same time", async () => {
      const { accounts, another } = await open();
      const processes = [accounts, another("b"), another("c")];
      const of = { name: "x", instanceAdmin: false, passwordHash: "", createdAtMs: 0 };
      const users = await Promise.allSettled(
        processes.map((process, i) => {
          const id = parseUserId(`00000000-0000-7000-a000-00000000000${i}`);
          return process.users.create({ ...of, id, email: "ann@example.com" });
        }),
      );
      expect(wonOf(users)).toBe(1);
      const [ann] = (await accounts.users.list({ limit: 10 })).users;
      expect(ann?.email).toBe("ann@example.com");
      const creator = ann?.id ?? parseUserId("");
      const applications = await Promise.allSettled(
        processes.map((process) =>
          process.applications.create({ name: "shop", title: "" }, creator),
        ),
      );
      expect(wonOf(applications)).toBe(1);
      expect((await accounts.applications.listAll({ limit: 10 })).applications).toHaveLength(1);
    });

    test("of the owners who all leave at once one stays", async () => {
      const { accounts, another } = await open();
      const owners = [await person(accounts), await person(accounts), await person(accounts)];
      const [first] = owners;
      const app = await accounts.applications.create(
        { name: "shop", title: "" },
        first?.id ?? parseUserId(""),
      );
      for (const { id } of owners) await accounts.members.change(app.id, id, "owner");
      const processes = [accounts, another("b"), another("c")];
      const outcomes = await Promise.allSettled(
        owners.map(({ id }, i) => {
          const { members } = processes[i] ?? accounts;
          return i === 0 ? members.expel(app.id, id) : members.change(app.id, id, "viewer");
        }),
      );
      expect(wonOf(outcomes)).toBe(owners.length - 1);
      const { members } = await accounts.members.list(app.id, { limit: 10 });
      expect(members.filter(({ role }) => role === "owner")).toHaveLength(1);
    });

    test("of the admins who disable each other one stays", async () => {
      const { accounts, another } = await open();
      const admins = [await person(accounts, true), await person(accounts, true)];
      const processes = [accounts, another("b")];
      const outcomes = await Promise.allSettled(
        admins.map(({ id }, i) => {
          const by = (processes[i] ?? accounts).admins;
          return i === 0 ? by.disable(id) : by.set(id, false);
        }),
      );
      expect(wonOf(outcomes)).toBe(1);
      const { users } = await accounts.users.list({ limit: 10 });
      expect(users.filter((one) => one.instanceAdmin && !one.disabled)).toHaveLength(1);
    });

    test("an invite that several take up at once makes one user, with one password", async () => {
      const { accounts, another } = await open();
      const admin = await person(accounts, true);
      const app = await accounts.applications.create({ name: "shop", title: "" }, admin.id);
      const { code } = await accounts.invites.create({
        email: "bob@example.com",
        inviter: admin.id,
        instanceAdmin: false,
        memberships: new Map([[app.id, "editor"]]),
      });
      const outcomes = await Promise.allSettled(
        [accounts, another("b"), another("c")].map((process, i) =>
          process.acceptInvite.accept({ code, name: "", password: `${PASSWORD} ${i}` }, ORIGIN),
        ),
      );
      expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
      const { users } = await accounts.users.list({ limit: 10 });
      expect(users.map(({ email }) => email)).toContain("bob@example.com");
      expect(users).toHaveLength(2);
      const late = await accounts.acceptInvite.look(code).catch(caught);
      expect(isFault(late, "notFound")).toBe(true);
    });

    test("taking up an invite, cut short at any change, is gone on with", async () => {
      for (let changes = 0; ; changes++) {
        const { accounts, another, records } = await open();
        const admin = await person(accounts, true);
        const app = await accounts.applications.create({ name: "shop", title: "" }, admin.id);
        const { code } = await accounts.invites.create({
          email: "bob@example.com",
          inviter: admin.id,
          instanceAdmin: true,
          memberships: new Map([[app.id, "owner"]]),
        });
        const given = { code, name: "Bob", password: PASSWORD };
        const crashing = another("second", crashAfter(records, changes)).acceptInvite;
        const first = await crashing.accept(given, ORIGIN).catch(caught);
        const over = await accounts.acceptInvite.look(code).catch(caught);
        if (!isFault(over, "notFound")) await accounts.acceptInvite.accept(given, ORIGIN);
        const { user } = await accounts.signIn.login(
          { email: "bob@example.com", password: PASSWORD },
          ORIGIN,
        );
        expect(user.instanceAdmin).toBe(true);
        expect(await accounts.members.rolesOf(user.id)).toEqual(new Map([[app.id, "owner"]]));
        if (!(first instanceof Error)) {
          expect(changes).toBeGreaterThan(5);
          return;
        }
      }
    });

    test("a link that a newer one, joining or removal overtook lets nobody in again", async () => {
      const { accounts } = await open();
      const admin = await person(accounts, true);
      const app = await accounts.applications.create({ name: "shop", title: "" }, admin.id);
      const other = await accounts.applications.create({ name: "web", title: "" }, admin.id);
      const email = "vic@example.com";
      const invite = async (to: readonly AppId[], instanceAdmin = false): Promise<string> => {
        const memberships = new Map(to.map((id) => [id, "viewer" as const]));
        const of = { email, inviter: admin.id, instanceAdmin, memberships };
        return (await accounts.invites.create(of)).code;
      };
      const accept = (code: string) =>
        accounts.acceptInvite.accept({ code, name: "", password: PASSWORD }, ORIGIN);
      const isOver = async (code: string): Promise<boolean> =>
        isFault(await accept(code).catch(caught), "notFound");

      const first = await invite([app.id, other.id], true);
      const second = await invite([app.id]);
      const { memberships } = await accounts.acceptInvite.look(first);
      expect(memberships.map(({ application }) => application.id)).toEqual([other.id]);
      const third = await invite([app.id]);
      expect(await isOver(second)).toBe(true);
      // Everybody else's stay as they are.
      const of = { inviter: admin.id, instanceAdmin: false, memberships: new Map() };
      const { code: theirs } = await accounts.invites.create({ ...of, email: "v@example.com" });

      const { user } = await accept(third);
      expect(await isOver(third)).toBe(true);
      await accounts.members.expel(app.id, user.id);
      expect(await accept(first)).toMatchObject({ user: { instanceAdmin: true } });
      expect(await accounts.members.rolesOf(user.id)).toEqual(new Map([[other.id, "viewer"]]));
      expect((await accounts.acceptInvite.look(theirs)).email).toBe("v@example.com");

      // Made for somebody who joined meanwhile, and pending when they have to leave.
      const late = await invite([app.id, other.id], true);
      await accounts.members.set(app.id, user.id, "viewer");
      await accounts.members.expel(app.id, user.id);
      await accounts.members.expel(other.id, user.id);
      await accounts.admins.set(user.id, false);
      expect(await isOver(late)).toBe(true);
      expect(await accounts.members.rolesOf(user.id)).toEqual(new Map());
    });

    test("joining ends all other links to the same application", async () => {
      const { accounts, another } = await open();
      const admin = await person(accounts, true);
      const app = await accounts.applications.create({ name: "shop", title: "" }, admin.id);
      // Two made at once may both be pending.
      const made = await Promise.all(
        [accounts, another("b")].map((process) =>
          process.invites.create({
            email: "vic@example.com",
            inviter: admin.id,
            instanceAdmin: false,
            memberships: new Map([[app.id, "editor"]]),
          }),
        ),
      );
      const pending: string[] = [];
      for (const { code } of made)
        if (!isFault(await accounts.acceptInvite.look(code).catch(caught), "notFound"))
          pending.push(code);
      expect(pending).not.toEqual([]);
      const given = { code: pending[0] ?? "", name: "", password: PASSWORD };
      await accounts.acceptInvite.accept(given, ORIGIN);
      for (const { code } of made) {
        const over = await accounts.acceptInvite.look(code).catch(caught);
        expect(isFault(over, "notFound")).toBe(true);
      }
    });

    test("a reset link that several use at once sets one password", async () => {
      const { accounts, another } = await open();
      const { id, email } = await person(accounts);
      const { code } = await accounts.passwords.createLink(id);
      const processes = [accounts, another("b"), another("c")];
      const outcomes = await Promise.allSettled(
        processes.map((process, i) =>
          process.passwords.reset({ code, next: `${PASSWORD} ${i}` }, ORIGIN),
        ),
      );
      const winner = outcomes.findIndex((one) => one.status === "fulfilled");
      for (const one of outcomes)
        if (one.status === "rejected") expect(isFault(one.reason, "notFound")).toBe(true);
      expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
      const password = `${PASSWORD} ${winner}`;
      expect((await accounts.signIn.login({ email, password }, ORIGIN)).user.id).toBe(id);
      expect(await accounts.signIn.sessionsOf(id)).toHaveLength(2);
    });

    test("who signs in by a password that is changed meanwhile is out", async () => {
      const { accounts } = await open();
      const { id, email } = await person(accounts);
      const first = await accounts.passwords.createLink(id);
      await accounts.passwords.reset({ code: first.code, next: PASSWORD }, ORIGIN);
      const proven = await accounts.signIn.prove({ email, password: PASSWORD }, ORIGIN);
      const link = await accounts.passwords.createLink(id);
      await accounts.passwords.reset({ code: link.code, next: `${PASSWORD} 2` }, ORIGIN);
      const late = await accounts.signIn.start(proven, ORIGIN);
      const authorization = `Bearer ${late.accessToken}`;
      const refused = await accounts.authenticator.authenticate({ authorization }).catch(caught);
      expect(isFault(refused, "unauthenticated")).toBe(true);
      expect(await accounts.signIn.sessionsOf(id)).toHaveLength(1);
    });

    test("of secrets that a key is given at once one is its newest, and the one before works", async () => {
      const { accounts, another } = await open();
      const admin = await person(accounts, true);
      const app = await accounts.applications.create({ name: "shop", title: "" }, admin.id);
      const { key, secret } = await accounts.apiKeys.create({
        appId: app.id,
        name: "k",
        scopes: ["ingest"],
        expiresAtMs: null,
      });
      const rotated = await Promise.all(
        [accounts, another("b")].map((process) => process.apiKeys.rotate(key.id, 60_000)),
      );
      const secrets = [secret, ...rotated.map((one) => one?.secret ?? "")];
      const held = await Promise.all(secrets.map((one) => accounts.apiKeys.verify(one)));
      expect(held.filter((one) => one !== undefined && "key" in one)).toHaveLength(2);
      expect(held[0]).toEqual({ keyId: key.id, refused: "the API key has another secret" });
    });

    test("two processes that refresh a session at once give the same successor", async () => {
      const { accounts, another, signInOwner } = await open();
      const { refreshToken } = await signInOwner();
      const given = await Promise.all(
        [accounts, another("b"), another("c")].map((process) =>
          process.signIn.refresh(refreshToken, ORIGIN),
        ),
      );
      expect(new Set(given.map((one) => one.refreshToken)).size).toBe(1);
    });

    test("what two processes count at once is their sum", async () => {
      const { accounts, another, clock, signInOwner } = await open();
      const { user } = await signInOwner();
      const { id: app } = await accounts.applications.create(
        { name: "counted", title: "" },
        user.id,
      );
      const processes = [accounts, another("b")];
      for (let i = 0; i < 3; i++) {
        for (const { usage } of processes) usage.add(app, 1, 10);
        await Promise.all(processes.map(({ usage }) => usage.flush()));
      }
      for (const { usage } of [...processes, another("c")]) {
        const [day] = await usage.days(app, clock.nowMs());
        expect(day).toMatchObject({ entries: 6, bytes: 60 });
      }
    });

    test("events are listed newest first, page by page, without those of refused changes", async () => {
      const { accounts, clock } = await open();
      const by = { principal: { kind: "nobody" }, ...ORIGIN } as const;
      for (let i = 0; i < 5; i++) {
        const change = { action: "user.update", target: String(i), details: {} } as const;
        await accounts.audit.run("instance", by, change, async () => undefined);
        // Over the end of a month or two.
        await clock.advance(15 * 86_400_000);
      }
      const refused = { action: "user.update", target: "refused", details: {} } as const;
      const id = parseUserId("00000000-0000-7000-b000-000000000000");
      await accounts.audit
        .run("instance", by, refused, () => accounts.admins.set(id, true))
        .catch(caught);
      const got: string[] = [];
      let after: string | undefined;
      do {
        const page = await accounts.audit.list("instance", {
          limit: 2,
          ...(after === undefined ? {} : { after }),
        });
        got.push(...page.events.map(({ target }) => target));
        after = page.next;
      } while (after !== undefined);
      expect(got).toEqual(["4", "3", "2", "1", "0"]);
    });
  });
}
