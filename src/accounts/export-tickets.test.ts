/** Tickets of exports: once, for half a minute, and for as long as their maker may. */
import { expect, test } from "vitest";
import { accountsFixture, ORIGIN, OWNER } from "../../test/support/accounts-fixture.ts";
import { isFault } from "../domain/fault.ts";

async function ticketFixture() {
  const fixture = await accountsFixture();
  const { accounts } = fixture;
  const { user } = await fixture.signInOwner();
  const [session] = await accounts.signIn.sessionsOf(user.id);
  if (session === undefined) throw new Error("no session");
  const of = { userId: user.id, sessionId: session.id, parameters: { query: "level:error" } };
  return { ...fixture, of, user, session };
}

const refused = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    (error: unknown) => isFault(error, "unauthenticated"),
  );

test("a ticket stands for what it was made with, and is kept as its hash", async () => {
  const { accounts, another, of, written, clock } = await ticketFixture();
  const { ticket, expiresAtMs } = await accounts.exportTickets.create(of);
  expect(expiresAtMs).toBe(clock.nowMs() + 30_000);
  expect(ticket).toMatch(/^[\dA-Za-z]{24}$/);
  expect(written.join("\n")).not.toContain(ticket);
  expect(await another("second").exportTickets.find(ticket)).toMatchObject(of);
});

test("of several who bring one, to any process, one gets it", async () => {
  const { accounts, another, of } = await ticketFixture();
  const { ticket } = await accounts.exportTickets.create(of);
  const found = await Promise.all(
    [accounts, another("second"), another("third")].map((process) =>
      process.exportTickets.find(ticket),
    ),
  );
  const outcomes = await Promise.all(found.map(async (one) => refused(one.spend())));
  expect(outcomes.filter((isRefused) => !isRefused)).toHaveLength(1);
  expect(await refused(accounts.exportTickets.find(ticket))).toBe(true);
});

test("it ends after half a minute, and is deleted then", async () => {
  const { accounts, clock, of, records } = await ticketFixture();
  const { ticket } = await accounts.exportTickets.create(of);
  await clock.advance(29_999);
  await accounts.exportTickets.find(ticket);
  await accounts.tidy();
  expect(await records.list("export_ticket", "export_tickets", { limit: 10 })).toHaveLength(1);
  await clock.advance(1);
  expect(await refused(accounts.exportTickets.find(ticket))).toBe(true);
  await accounts.tidy();
  expect(await records.list("export_ticket", "export_tickets", { limit: 10 })).toEqual([]);
});

test("who comes by a ticket may what its maker may, while their session lasts", async () => {
  const { accounts, user, session } = await ticketFixture();
  const now = (): Promise<unknown> => accounts.authenticator.ofSession(user.id, session.id);
  expect(await now()).toMatchObject({ kind: "user", userId: user.id, instanceAdmin: true });
  await accounts.signIn.revoke(user.id, session.id);
  expect(await refused(now())).toBe(true);
  expect((await accounts.signIn.login(OWNER, ORIGIN)).user.id).toBe(user.id);
  expect(await refused(now())).toBe(true);
});
