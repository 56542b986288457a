/** What belongs to a person, and to the instance, in a real browser. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsAtWidths } from "../support/accessibility.ts";
import { call } from "../support/api-setup.ts";
import { chromiumPath, openPage } from "../support/browser.ts";
import { openWorld, type PageWorld, signIn } from "../support/page-world.ts";

const PAGES = [
  "account/profile",
  "account/password",
  "account/sessions",
  "account/appearance",
  "instance/users",
  "instance/applications",
  "instance/system",
  "instance/audit",
] as const;

describe.skipIf(chromiumPath() === undefined)("account and instance", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  test("another password ends the other sessions, and a session is ended by itself", async () => {
    const ann = await world.join("Ann", "viewer");
    const { url } = world.server;
    await call(url, "AuthService/Login", ann);
    await using opened = await openPage(world.browser);
    const { page, faults } = opened;
    await page.goto(`${url}/account/sessions`);
    await signIn(page, ann);
    await page.getByText("Chrome on Linux").waitFor();
    await page.getByText("this one").waitFor();
    // Of the invite that was taken up, of the other sign-in, and this one.
    expect(await page.getByRole("row").count()).toBe(4);
    await page
      .getByRole("button", { name: /^End node/ })
      .first()
      .click();
    await page.getByText("The session has ended").waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(3);
    await page.getByRole("link", { name: "Password" }).click();
    await page.getByLabel("Password until now").fill(ann.password);
    await page.getByLabel("New password").fill("another long password");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("You are signed out everywhere else").waitFor();
    await expect.poll(() => page.getByLabel("New password").inputValue()).toBe("");
    await page.getByRole("link", { name: "Sessions" }).click();
    await page.getByText("this one").waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await page.getByRole("link", { name: "Profile" }).click();
    await page.getByText("An admin of the instance can change it").waitFor();
    expect(faults).toEqual([]);
  });

  test("an admin invites, promotes, disables and enables users, and gives reset links", async () => {
    await world.join("Dan", "viewer");
    await using opened = await world.open("/instance/users");
    const { page, faults } = opened;
    const { url } = world.server;
    await page.getByLabel("owner@example.org is an instance admin").waitFor();
    expect(await page.getByLabel("owner@example.org is an instance admin").isDisabled()).toBe(true);
    await page.getByLabel("Email").fill("newcomer@example.org");
    await page.getByRole("button", { name: "Invite" }).click();
    const link = page.getByRole("textbox", { name: "Link" });
    await expect.poll(() => link.inputValue()).toContain(`${url}/invite#`);
    await page.getByRole("button", { name: "Reset link dan@example.org" }).click();
    await expect.poll(() => link.inputValue()).toContain(`${url}/reset#`);
    await page.getByLabel("dan@example.org is an instance admin").click();
    await page.getByText("dan@example.org is an admin").waitFor();
    await page.getByRole("button", { name: "Disable dan@example.org" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Enable dan@example.org" }).click();
    await page.getByRole("button", { name: "Disable dan@example.org" }).waitFor();
    await page.getByLabel("dan@example.org is an instance admin").click();
    await page.getByText("no admin any more").waitFor();
    await page.getByRole("link", { name: "Instance’s audit log" }).click();
    await page.getByText("disabled a user").waitFor();
    expect(faults).toEqual([]);
  });

  test("an admin joins an application before its logs are theirs", async () => {
    const eve = await world.join("Eve", "viewer");
    const { users } = await world.ask<{ users: { id: string; email: string }[] }>(
      "UserService/ListUsers",
      {},
    );
    const user_id = users.find(({ email }) => email === eve.email)?.id;
    await world.ask("UserService/UpdateUser", { user_id, instance_admin: true });
    await world.ask("ApplicationService/CreateApplication", { name: "secret" });
    await using opened = await world.enter("/instance/applications", eve);
    const { page, faults } = opened;
    await page.getByRole("button", { name: "Join secret" }).click();
    await page.getByRole("button", { name: "Join as owner" }).click();
    await page.getByRole("link", { name: "secret" }).click();
    await page.waitForURL(/\/a\/secret\/logs$/);
    expect(faults).toEqual([]);
  });

  test.each(PAGES)("%s has no fault that axe finds at any width, and is no wider", async (path) => {
    await using opened = await world.open(`/${path}`);
    const { page, faults } = opened;
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await faultsAtWidths(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});
