import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildWeb } from "../../scripts/build-web.js";
import { accessibilityFaults } from "../support/accessibility.ts";
import { call, makeApplication } from "../support/api-setup.ts";
import {
  chromiumPath,
  launchChromium,
  openPage,
  openTab,
  type WatchedPage,
} from "../support/browser.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";
import { type ArgusProcess, OWNER, startArgus } from "../support/server-process.ts";

const path = chromiumPath();

test("there is a Chromium wherever changes are judged", () => {
  if (path === undefined)
    console.warn("THE PAGE IS NOT TESTED: there is no Chromium. Install it: .ci/install-chromium");
  expect(path ?? process.env["CI"]).not.toBe("true");
});

describe.skipIf(path === undefined)("the page", () => {
  let browser: Browser;
  let server: ArgusProcess;
  let shop: { id: string; secret: string };
  /** One person for most tests: the server allows few sign-ins a minute. */
  let person: WatchedPage;

  beforeAll(async () => {
    expect(buildWeb()).toBe("");
    [browser, server] = await Promise.all([launchChromium(path ?? ""), startArgus()]);
    shop = await makeApplication(server.url, "shop");
    const entries = sampleLogs(60, 11, Date.now() - 60_000, 900).map(sampleJson);
    await sendLogs([
      ...entries,
      { message: "needle in the hay", level: "LEVEL_ERROR", service: "barn" },
    ]);
    person = await openPage(browser);
    await signIn(person.page);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const sendLogs = (entries: readonly object[]): Promise<unknown> =>
    call(server.url, "LogService/SendLogs", { entries }, shop.secret);

  async function signIn(page: Page, url = server.url): Promise<void> {
    await page.goto(url);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("list", { name: "Entries" }).waitFor();
  }
  /** A tab of the person, at the logs. */
  async function openLogs(): Promise<WatchedPage> {
    const tab = await openTab(person);
    await tab.page.goto(server.url);
    await tab.page.getByRole("list", { name: "Entries" }).waitFor();
    return tab;
  }
  const lines = (page: Page) =>
    page.getByRole("list", { name: "Entries" }).getByRole("button", { expanded: false });

  test("searches, opens an entry and narrows to one of its values by keys alone", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByText("61 entries").waitFor();
    await page.getByLabel("Query").fill("needle");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await lines(page).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Include service" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByLabel("Query").inputValue()).toBe("needle service:barn");
    await page.goBack();
    await page.getByRole("button", { expanded: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("points at a mistake in a query and offers what works", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill('"needle in');
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.locator("pre").textContent()).toBe('"needle in\n^');
    await page.getByRole("button", { name: '"needle in"', exact: true }).click();
    await page.getByText("1 entry").waitFor();
    expect(await problem.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("shows a table for pipes, and zooms by the chart", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill("needle | stats count() as n by service");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: "barn 1" }).waitFor();
    await page.getByRole("img", { name: /^1 entry from/ }).waitFor();
    await page.locator(".bucket", { has: page.locator(".fill-error") }).click();
    await expect.poll(() => page.url()).toMatch(/from=.*&to=/);
    await page.getByRole("row", { name: "barn 1" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a reload keeps the query, the range, the open entry and the tail", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill("needle");
    await page.keyboard.press("Enter");
    await page.getByLabel("Time range").selectOption("Last day");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByText("1 entry").waitFor();
    await lines(page).click();
    const url = page.url();
    await page.reload();
    await page.getByRole("button", { expanded: true }).waitFor();
    expect(page.url()).toBe(url);
    expect(await page.getByLabel("Query").inputValue()).toBe("needle");
    expect(await page.getByLabel("Time range").inputValue()).toBe("-24h");
    expect(await page.getByRole("button", { name: "Live", pressed: true }).count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test("the live tail shows what comes, and waits while an entry is read", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill("service:tailed");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByRole("status").getByText("Live").waitFor();
    await page.getByText("No entries match").waitFor();
    await sendLogs([{ message: "one", service: "tailed" }]);
    await page.getByText("one", { exact: true }).waitFor({ timeout: 2000 });
    await sendLogs([{ message: "elsewhere", service: "other" }]);
    await lines(page).click();
    await sendLogs([{ message: "two", service: "tailed" }]);
    await page.getByRole("button", { name: "Show 1 new" }).waitFor();
    expect(await page.getByText("two", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Show 1 new" }).click();
    await page.getByText("two", { exact: true }).waitFor();
    expect(await page.getByText("elsewhere").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("says in the list where entries may be missing, and why a tail has ended", async () => {
    await using opened = await openLogs();
    const { page } = opened;
    const message = "no such application: shop";
    const answers = [
      { body: 'event: dropped\ndata: {"reason":"a block is damaged"}\n\n' },
      { status: 404, json: { error: { kind: "notFound", message } } },
    ];
    await page.route("**/api/v1/tail?*", (route) => route.fulfill(answers.shift() ?? {}));
    await page.getByRole("button", { name: "Live" }).click();
    const gap = page.getByText("Entries may be missing here: a block is damaged");
    await gap.waitFor();
    await page.getByRole("alert").getByText(`The live tail has ended: ${message}`).waitFor();
    await page.getByRole("status").getByText("Not live").waitFor();
    // Above the newest entry there was.
    expect(await page.locator(".entries > li").first().textContent()).toContain(
      "a block is damaged",
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(answers).toEqual([]);
    await page.unroute("**/api/v1/tail?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  });

  test.each(["dark", "light"] as const)(
    "no screen of the %s theme has a fault that axe finds",
    async (colorScheme) => {
      const check = async (page: Page, state: string): Promise<void> => {
        expect(await accessibilityFaults(page), state).toEqual([]);
      };
      await using opened = await openLogs();
      const { page } = opened;
      await page.evaluate(`localStorage.setItem("argus.theme", "${colorScheme}")`);
      await page.goto(`${server.url}/a/shop/logs?from=-24h`);
      await lines(page).first().click();
      await page.getByRole("button", { expanded: true }).waitFor();
      await page.getByRole("button", { name: "Live" }).click();
      await page.getByRole("status").getByText("Live").waitFor();
      await check(page, "an open entry, live");
      await page.setViewportSize({ width: 390, height: 844 });
      await check(page, "an open entry, on a phone");
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.getByLabel("Query").fill("level:foo");
      await page.keyboard.press("Enter");
      await page.getByText("Expected: trace, debug").waitFor();
      await check(page, "a mistake");
      await page.getByLabel("Query").fill("| stats count() as n by service");
      await page.keyboard.press("Enter");
      await page.getByRole("row", { name: "barn 1" }).waitFor();
      await check(page, "a table");
      await page.getByLabel("Query").fill("nothing_has_this:1");
      await page.keyboard.press("Enter");
      await page.getByText("No entries match").waitFor();
      await check(page, "nothing found, with a warning");
      await page.evaluate(`localStorage.removeItem("argus.theme")`);
    },
    90_000,
  );

  test("shows hostile content as text", async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`k${i}`, `<b>${i}</b>`]),
    );
    const message = `<script>document.title="taken"</script><img src=x onerror="document.title='taken'"> \u001b[31mred \u202egnp.exe ${"x".repeat(100_000)} end of it`;
    await sendLogs([{ message, service: "</span><h1>hostile", attributes }]);
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.setViewportSize({ width: 320, height: 700 });
    await page.getByLabel("Query").fill("taken");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await lines(page).click();
    await page.getByText("<b>299</b>").waitFor();
    await page.getByRole("button", { name: "Show all 98 KB" }).click();
    await page.getByText("end of it").waitFor();
    const text = (await page.locator(".whole-message").textContent()) ?? "";
    expect(text).toContain('<script>document.title="taken"</script>');
    expect(text).toContain("␛[31mred ⟨U+202E⟩gnp.exe");
    expect(await page.title()).toBe("taken · shop · Argus");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    expect(faults).toEqual([]);
  });
});
