/** `argus member`, `argus user` and `argus key rotate`, over the real account services. */
import { expect, test } from "vitest";
import { OWNER } from "../../../test/support/accounts-fixture.ts";
import { accountsRig } from "../../../test/support/accounts-rig.ts";
import { inputOf, recordedWorld } from "../../../test/support/cli-world.ts";
import { tempFolder } from "../../../test/support/temp-folder.ts";
import { run } from "../run.ts";

const PASSWORD = "a long enough password";

async function signedIn() {
  const rig = await accountsRig();
  await rig.accounts.setup.createOwner(OWNER);
  const home = await tempFolder();
  const argus = async (...argv: string[]) => {
    const { world, printed } = recordedWorld({
      env: { XDG_CONFIG_HOME: home.path, ARGUS_URL: rig.url },
      fetch,
      nowMs: () => rig.clock.nowMs(),
      stdin: inputOf(`${OWNER.password}\n`),
    });
    return { code: await run(world, argv, "1.2.3"), ...printed };
  };
  expect(await argus("login", "--email", OWNER.email, "--password-stdin")).toMatchObject({
    code: 0,
  });
  expect(await argus("app", "create", "shop")).toMatchObject({ code: 0 });
  const accept = async (link: string): Promise<string> => {
    const [, code] = link.trim().split("#");
    const joined = await rig.call("AuthService/AcceptInvite", { code, password: PASSWORD });
    return joined.code;
  };
  return { ...rig, argus, accept, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

test("a member is invited by a link, listed, changed and removed", async () => {
  await using world = await signedIn();
  const { argus, accept } = world;
  const invited = await argus("member", "add", "bob@example.com", "--role", "editor");
  expect(invited).toMatchObject({ code: 0 });
  expect(invited.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invite#[0-9A-Za-z]{24}\n$/);
  expect(invited.note).toContain("send them this link");
  expect(await accept(invited.out)).toBe("ok");

  const roles = async () => {
    const { out } = await argus("member", "list", "--json");
    return out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { email: string; role: string })
      .map(({ email, role }) => `${email} ${role}`);
  };
  expect(await roles()).toEqual([`${OWNER.email} owner`, "bob@example.com editor"]);
  expect((await argus("member", "list")).out).toContain("bob@example.com    bob");
  expect(await argus("member", "update", "Bob@example.com", "--role", "owner")).toMatchObject({
    code: 0,
    note: "Bob@example.com is owner of shop.\n",
  });
  expect(await argus("member", "remove", "bob@example.com")).toMatchObject({ code: 0 });
  expect(await roles()).toEqual([`${OWNER.email} owner`]);
  expect(await argus("member", "add", "bob@example.com")).toMatchObject({
    code: 0,
    out: "",
    note: "bob@example.com is a member of shop.\n",
  });
  const last = await argus("member", "remove", OWNER.email);
  expect(last.code).toBe(1);
  expect(last.note).toContain("the last owner stays");
});

test("users are invited, disabled, enabled and given links for another password", async () => {
  await using world = await signedIn();
  const { argus, accept, call } = world;
  const invited = await argus("user", "invite", "ann@example.com", "--admin");
  expect(await accept(invited.out)).toBe("ok");
  expect((await argus("user", "list")).out).toMatch(/ann@example.com {2,}ann {2,}admin/);
  for (const verb of ["demote", "promote", "disable", "enable"])
    expect(await argus("user", verb, "ann@example.com")).toMatchObject({ code: 0 });
  const link = await argus("user", "reset-password", "ann@example.com", "--json");
  const { code } = JSON.parse(link.out) as { code: string };
  const reset = { code, new_password: "another long password" };
  expect((await call("AuthService/ResetPassword", reset)).code).toBe("ok");
  const missing = await argus("user", "disable", "eve@example.com");
  expect(missing).toMatchObject({ code: 1 });
  expect(missing.note).toContain("npx argus user list");
});

test("a key is given another secret, and who lags is named", async () => {
  await using world = await signedIn();
  const { argus, call, accounts } = world;
  const first = (await argus("key", "create", "collector", "--scope", "read")).out.trim();
  const { out } = await argus("key", "list", "--json");
  const { id } = JSON.parse(out) as { id: string };
  const second = await argus("key", "rotate", id, "--grace", "2h");
  expect(second.out).toMatch(/^argus_\w+\n$/);
  const headers = { Authorization: `Bearer ${first}`, "User-Agent": "collector/1" };
  expect((await call("ApplicationService/GetApplication", {}, headers)).code).toBe("ok");
  await accounts.authenticator[Symbol.asyncDispose]();
  expect((await argus("key", "list")).note).toContain("collector/1");
  await argus("key", "rotate", id, "--grace", "0s");
  expect((await call("ApplicationService/GetApplication", {}, headers)).code).toBe(
    "unauthenticated",
  );
});

test.each([
  { argv: ["member", "paint"], note: "argus member has no" },
  { argv: ["member", "add"], note: "takes an email" },
  { argv: ["member", "add", "a@b", "c@d"], note: "takes one email" },
  { argv: ["member", "add", "a@b", "--role", "king"], note: "--role takes" },
  { argv: ["member", "update", "a@b"], note: "takes --role" },
  { argv: ["user", "paint"], note: "argus user has no" },
  { argv: ["user", "disable"], note: "takes an email" },
  { argv: ["key", "rotate"], note: "takes the id of a key" },
  { argv: ["key", "rotate", "x", "--grace", "soon"], note: "--grace takes" },
])("argus $argv cannot be meant", async ({ argv, note }) => {
  await using world = await signedIn();
  const answer = await world.argus(...argv);
  expect(answer).toMatchObject({ code: 2, out: "" });
  expect(answer.note).toContain(note);
});
