/** The bar, the switcher, Jump to, keys and what a person chooses for the browser, in a real browser. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { chromiumPath } from "../support/browser.ts";
import { atLogs, openWorld, type PageWorld } from "../support/page-world.ts";

describe.skipIf(chromiumPath() === undefined)("around every screen", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
    const { url } = world.server;
    await makeApplication(url, "billing", await ownerToken(url));
    await world.send([
      { message: "hello", service: "web", time: new Date(Date.now() - 60_000).toISOString() },
    ]);
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const openPalette = async (page: Page): Promise<void> => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Jump to" }).waitFor();
  };

  test("the switcher finds an application by keys alone, and says role and rate", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    await atLogs(page);
    await page.locator("main").click({ position: { x: 5, y: 300 } });
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    const field = page.getByRole("combobox", { name: "Find an application" });
    await field.waitFor();
    await page.getByRole("option", { name: /shop owner \d/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.type("bill");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Logs of billing" }).waitFor({ state: "attached" });
    await page.goBack();
    await page.getByRole("heading", { name: "Logs of shop" }).waitFor({ state: "attached" });
    expect(faults).toEqual([]);
  });

  test("Jump to leads to pages, applications, fields, actions and what is pasted", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    await atLogs(page);
    await openPalette(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.type("api keys");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "API keys" }).waitFor();
    expect(await page.title()).toBe("API keys · shop · Argus");
    await openPalette(page);
    await page.keyboard.type("serv");
    await page.getByRole("group", { name: "Filter by" }).getByText("service").click();
    await expect.poll(() => page.getByLabel("Query").inputValue()).toBe("service:*");
    const { entries } = await world.ask<{ entries: { id: string }[] }>("LogService/Query", {
      application_id: world.shop.id,
      query: "hello",
    });
    await openPalette(page);
    await page.getByRole("combobox", { name: "Jump to" }).fill(entries[0]?.id ?? "");
    await page.getByRole("option", { name: "Open this entry" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("hello").first().waitFor();
    await expect.poll(() => page.url()).toContain("row=");
    // By what people call it, too, which stands nowhere.
    await openPalette(page);
    for (const [said, found] of [
      ["settings", /^General/],
      ["export", /^Export/],
      ["dark", /^Appearance/],
      ["light", /^Theme: paper/],
      ["invite", /^Members/],
      ["settings ret", /^Retention and disk/],
    ] as const) {
      await page.getByRole("combobox", { name: "Jump to" }).fill(said);
      await page.getByRole("option", { name: found }).first().waitFor();
    }
    await page.getByRole("combobox", { name: "Jump to" }).fill("");
    await page.keyboard.type("nothing is called this");
    await page.getByText("Nothing has this name.").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("? lists the keys of the page, and single keys can be turned off", async () => {
    await using opened = await world.open("/account/appearance");
    const { page, faults } = opened;
    await page.getByRole("heading", { name: "Appearance and keys" }).waitFor();
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keys" });
    await keys.getByText("Go to the settings").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await keys.getByLabel("Single keys do something").click();
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await openPalette(page);
    expect(await keys.count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByLabel("Do something").click();
    await page.keyboard.press("?");
    await keys.waitFor();
    expect(faults).toEqual([]);
  });

  test("the theme is the system's until one is chosen, in every tab", async () => {
    await using one = await world.open("/account/appearance");
    await using other = await world.open("/a/shop/logs");
    const themeOf = (page: Page) => page.evaluate("document.documentElement.dataset.theme");
    await one.page.getByRole("heading", { name: "Appearance and keys" }).waitFor();
    expect(await themeOf(one.page)).toBe("dark");
    await one.page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => themeOf(one.page)).toBe("light");
    await one.page.getByLabel("Paper, light").click();
    await expect.poll(() => themeOf(other.page)).toBe("light");
    await one.page.getByLabel("As the system").click();
    await expect.poll(() => themeOf(other.page)).toBe("dark");
  });

  test("what the address bar says is shown, whatever it says", async () => {
    await using opened = await world.open("/a/nowhere/settings/keys");
    const { page, faults } = opened;
    await page.getByText("There is no application “nowhere”").waitFor();
    await page.goto(`${world.server.url}/a/shop/settings/no-such-page`);
    await page.getByRole("heading", { name: "General" }).waitFor();
    expect(faults).toEqual([]);
  });
});
