/** The settings of an application, in a real browser: keys, members, retention, audit, deletion, and who may what. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults, faultsAtWidths } from "../support/accessibility.ts";
import { call } from "../support/api-setup.ts";
import { chromiumPath } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";

const PAGES = ["general", "members", "keys", "retention", "audit", "danger"] as const;
const DAY_MS = 86_400_000;

describe.skipIf(chromiumPath() === undefined)("settings of an application", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.send(sampleLogs(200, 11, Date.now() - 6 * DAY_MS, 2_500_000).map(sampleJson));
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const newKey = async (page: Page, name: string): Promise<string> => {
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Create the key" }).click();
    await page.getByText(`“${name}” is ready.`).waitFor();
    return page.getByRole("textbox", { name: "The key" }).inputValue();
  };

  test("a key is made, shown once, and not left behind by mistake", async () => {
    await using opened = await world.open("/a/shop/settings/general");
    const { page, faults } = opened;
    await page.getByRole("link", { name: "API keys" }).click();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const secret = await newKey(page, "mobile");
    expect(secret).toMatch(/^argus_/);
    await page.getByRole("link", { name: "Members" }).click();
    const leave = page.getByRole("dialog", { name: "Leave without the key?" });
    await leave.getByRole("button", { name: "Stay" }).click();
    await page.goBack();
    await leave.getByRole("button", { name: "Copy and leave" }).waitFor();
    expect(await accessibilityFaults(page, "dialog")).toEqual([]);
    await page.keyboard.press("Escape");
    await leave.waitFor({ state: "detached" });
    expect(page.url()).toContain("/settings/keys");
    await page.getByRole("button", { name: "Copy", exact: true }).first().click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(secret);
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("heading", { name: "Members" }).waitFor();
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("button", { name: "Revoke mobile" }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(await page.evaluate("JSON.stringify({ ...localStorage })")).not.toContain(secret);
    expect(faults).toEqual([]);
  });

  test("a key is rotated: the old secret works on, and who uses it is named", async () => {
    await using opened = await world.open("/a/shop/settings/keys");
    const { page, faults } = opened;
    const before = await newKey(page, "checkout");
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("button", { name: "Rotate checkout" }).click();
    await page.getByLabel("The secret of now works").selectOption("for 7 days");
    await page.getByRole("button", { name: "Make the new secret" }).click();
    await page.getByText("The key before it works until").waitFor();
    const after = await page.getByRole("textbox", { name: "The key" }).inputValue();
    expect(after).not.toBe(before);
    await page.getByText("Nobody has sent with it since.").waitFor();
    for (const secret of [before, after])
      await call(world.server.url, "LogService/SendLogs", { entries: [{ message: "x" }] }, secret);
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.reload();
    await page.getByText("Still sending with it: 127.0.0.1 node").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("a key that was used today is revoked by typing its name", async () => {
    await using opened = await world.open("/a/shop/settings/keys");
    const { page, faults } = opened;
    const secret = await newKey(page, "in use");
    const row = page.getByRole("row").filter({ hasText: "in use" });
    await row.getByText("never").waitFor();
    await call(
      world.server.url,
      "LogService/SendLogs",
      { entries: [{ message: "x", attributes: { via: "curl" } }] },
      secret,
    );
    await page.getByText("Received 1 entry").first().waitFor();
    await row.getByText("127.0.0.1").waitFor();
    await page.getByRole("button", { name: "I have stored it" }).click();
    // Nothing is said of its use, and nothing ended, before the list was read anew.
    const listing = "**/argus.v1.ApplicationService/ListApiKeys";
    const held = Promise.withResolvers<void>();
    await page.route(listing, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: "Revoke in use" }).click();
    const dialog = page.getByRole("dialog", { name: "Revoke “in use”" });
    await dialog.getByText("it cannot be brought back").waitFor();
    expect(await dialog.textContent()).not.toMatch(/used/);
    const revoke = dialog.getByRole("button", { name: "Revoke the key" });
    expect(await revoke.isDisabled()).toBe(true);
    held.resolve();
    await dialog.getByText(/Last used .*, by 127\.0\.0\.1/).waitFor();
    expect(await revoke.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill("in use");
    await revoke.click();
    await page.getByText("Key revoked. Requests with it fail from now on").waitFor();
    await page.getByRole("button", { name: "Revoke in use" }).waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("members are invited, change roles and are removed; the last owner stays", async () => {
    await world.join("Grace", "viewer");
    await using opened = await world.open("/a/shop/settings/members");
    const { page, faults } = opened;
    await page.getByLabel("Role of Owner").waitFor();
    expect(await page.getByLabel("Role of Owner").isDisabled()).toBe(true);
    await page.getByText("The last owner stays").waitFor();
    await page.getByLabel("Email").fill("new@example.org");
    await page.getByLabel("Role", { exact: true }).selectOption("editor");
    await page.getByText("Also makes keys that only write").first().waitFor();
    await page.getByRole("button", { name: "Add" }).click();
    const invite = page.getByRole("textbox", { name: "Invite link" });
    expect(await invite.inputValue()).toContain(`${world.server.url}/invite#`);
    await page.getByLabel("Role of Grace").selectOption("owner");
    await page.getByText("Grace is owner now").waitFor();
    await expect.poll(() => page.getByLabel("Role of Owner").isEnabled()).toBe(true);
    await page.getByRole("button", { name: "Remove Grace" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("Grace is no member any more").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("retention says what it does before it is saved", async () => {
    await using opened = await world.open("/a/shop/settings/retention");
    const { page, faults } = opened;
    await page.getByText(/^30 days: deletes nothing now; at the pace of now/).waitFor();
    await page.getByLabel("Days kept").fill("2");
    await page.getByText(/^2 days: soon deletes about \d+ entries/).waitFor();
    await page.getByText("hatched: would be deleted").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Entries are kept for 2 days").waitFor();
    await page.getByLabel("Entries a second").fill("500");
    await page.getByRole("button", { name: "Save the limits" }).click();
    await page.getByText("Limits saved").waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel("Days kept").inputValue()).toBe("2");
    await expect.poll(() => page.getByLabel("Entries a second").inputValue()).toBe("500");
    await page.getByRole("link", { name: "Audit log", exact: true }).click();
    await page.getByText("retention_days=2").waitFor();
    expect(faults).toEqual([]);
  });

  test("the title and the colour change at once, everywhere", async () => {
    await using opened = await world.open("/a/shop/settings/general");
    const { page, faults } = opened;
    await page.getByLabel("Title").fill("The shop");
    await page.getByLabel("violet").click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await page.locator(".switch .series-5").waitFor();
    await page.getByRole("button", { name: "Application: shop" }).click();
    await page.getByRole("option", { name: /shop The shop owner/ }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a viewer sees the pages, reads why not, and finds no button that would be refused", async () => {
    const vera = await world.join("Vera", "viewer");
    await using opened = await world.enter("/a/shop/settings/general", vera);
    const { page, faults } = opened;
    await page.getByText("Your role in shop is viewer.").waitFor();
    for (const name of PAGES) {
      await page.goto(`${world.server.url}/a/shop/settings/${name}`);
      await page.getByText("Your role in shop is viewer.").waitFor();
      await page.getByText(": ask one of them.").waitFor();
      expect(await page.locator("main button, main input, main select").count(), name).toBe(0);
      expect(await accessibilityFaults(page), name).toEqual([]);
    }
    await page.goto(`${world.server.url}/instance/users`);
    await page.getByText("Only instance admins see this.").waitFor();

    // Who makes no keys was shown none.
    const { application } = await world.ask<{ application: { id: string } }>(
      "ApplicationService/CreateApplication",
      { name: "unsent" },
    );
    await world.ask("ApplicationService/AddMember", {
      application_id: application.id,
      email: vera.email,
      role: "ROLE_VIEWER",
    });
    await page.goto(`${world.server.url}/a/unsent/logs`);
    await page.getByText("Owners and editors of unsent make one: ask one of them.").waitFor();
    expect(await page.getByText("The key was shown once").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("an editor makes keys that only write, and is offered no others", async () => {
    const edda = await world.join("Edda", "editor");
    await using opened = await world.enter("/a/shop/settings/keys", edda);
    const { page, faults } = opened;
    await page.getByText("owners change it").first().waitFor();
    expect(await page.getByRole("button", { name: "Revoke all" }).count()).toBe(0);
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByText("As an editor you make keys that only write.").waitFor();
    await page.getByLabel("Name").fill("edda's");
    await page.getByRole("button", { name: "Create the key" }).click();
    await page.getByText("May only write, no expiry.").waitFor();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("button", { name: "Rotate edda's" }).waitFor();
    expect(faults).toEqual([]);
  });

  test.each(PAGES)("%s has no fault that axe finds at any width, and is no wider", async (name) => {
    await using opened = await world.open(`/a/shop/settings/${name}`);
    const { page, faults } = opened;
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await faultsAtWidths(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("an application is deleted by typing its name", async () => {
    await world.ask("ApplicationService/CreateApplication", { name: "gone" });
    await using opened = await world.open("/a/gone/settings/danger");
    const { page, faults } = opened;
    await page.getByRole("button", { name: "Delete the application…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete gone" });
    expect(await accessibilityFaults(page, "dialog")).toEqual([]);
    await dialog.getByLabel(/^Type/).fill("gone");
    await dialog.getByRole("button", { name: "Delete it for good" }).click();
    await page.waitForURL(/\/a\/shop\/logs$/);
    await page.getByText("gone is deleted").waitFor();
    expect(faults).toEqual([]);
  });
});
