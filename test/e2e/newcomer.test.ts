/** Where somebody may be stuck who opens the page for the first time, and how it helps. */
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage, sharedChromium } from "../support/browser.ts";
import { startUnowned } from "../support/first-run.ts";

const path = chromiumPath();

describe.skipIf(path === undefined)("the page, for a newcomer", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
  }, 120_000);

  test("says what a name may be, copies over plain HTTP, and lets go before the first entry", async () => {
    const { server, setupUrl } = await startUnowned();
    await using _end = server;
    await using opened = await openPage(browser, { permissions: ["clipboard-read"] });
    const { page, faults } = opened;
    // As browsers do for pages over plain HTTP that are not of this machine.
    await page.addInitScript(
      `globalThis.kept = navigator.clipboard; Object.defineProperty(navigator, "clipboard", {});`,
    );
    await page.goto(setupUrl);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email").fill("ada@example.org");
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByRole("button", { name: "Create the owner" }).click();
    await page.getByLabel("Days kept").waitFor();

    // A browser's own words for a pattern that is not met end with the title.
    const name = page.getByLabel("Name");
    await name.fill("My App");
    expect(await name.getAttribute("title")).toContain("Small letters, digits and dashes");
    await name.fill("laptop");
    await name.press("Enter");

    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate<string>("kept.readText()");
    expect(copied).toBe((await page.getByLabel("curl example").innerText()).replace(/^#.*\n/, ""));

    await page.getByText("Waiting for the first entry").waitFor();
    await page.getByRole("link", { name: "To the logs of laptop" }).click();
    await page.getByRole("link", { name: "Settings" }).waitFor();

    await page.goto(`${server.url}/a/lapdog/settings/keys`);
    await page.getByText("There is no application “lapdog”").waitFor();
    await page.getByRole("link", { name: "laptop" }).click();
    await page.getByText("laptop has not received anything yet").waitFor();
    expect(faults).toEqual([]);
  }, 60_000);

  test("follows the system's theme until a person chooses one", async () => {
    const { server, setupUrl } = await startUnowned();
    await using _end = server;
    await using opened = await openPage(browser, { colorScheme: "dark" });
    const { page } = opened;
    await page.goto(setupUrl);
    await page.getByLabel("Password").waitFor();
    const shown = page.locator("html[data-theme=light]");
    expect(await shown.count()).toBe(0);
    await page.emulateMedia({ colorScheme: "light" });
    await shown.waitFor();
    await page.evaluate(`localStorage.setItem("argus.theme", "light")`);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.reload();
    await shown.waitFor();
    await page.emulateMedia({ colorScheme: "light" });
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await shown.count()).toBe(1);
  }, 60_000);
});
