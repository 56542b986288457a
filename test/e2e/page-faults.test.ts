/** The explorer when the network, the server or the session fails it, in a real browser. */
import type { Locator, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, makeApplication } from "../support/api-setup.ts";
import { boxOf, chromiumPath, openPage, openTab, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld, signIn } from "../support/page-world.ts";
import { startProxy } from "../support/prefix-proxy.ts";
import { startArgus } from "../support/server-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

describe.skipIf(chromiumPath() === undefined)("the explorer in trouble", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.send(
      Array.from({ length: 300 }, (_, n) => ({ message: `entry ${n} of it`, service: "calm" })),
    );
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const query = (page: Page): Locator => page.getByLabel("Query", { exact: true });
  const status = (page: Page): Locator => page.getByRole("status");
  const rows = (page: Page): Locator =>
    page.getByRole("grid", { name: "Entries" }).locator(".line");
  async function run(page: Page, text: string): Promise<void> {
    await query(page).fill(text);
    await query(page).press("Enter");
  }
  async function open(): Promise<WatchedPage> {
    const tab = await world.open("/a/shop/logs");
    await status(tab.page).getByText("Complete").waitFor();
    await tab.page.getByRole("treeitem", { name: /^calm/ }).waitFor();
    return tab;
  }
  const methodOf = (request: Request): string =>
    /LogService\/(\w+)$/.exec(request.url())?.[1] ?? "";

  test("a search that takes long says so over its results, and ends on the server when it is ended here", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    const before = await boxOf(rows(page).first());
    world.server.child.kill("SIGSTOP");
    try {
      await run(page, "entry");
      await page.getByText(/^Searching, \d+ s/).waitFor();
      expect(await rows(page).first().boundingBox()).toEqual(before);
      await page.getByRole("button", { name: "Cancel" }).click();
      await status(page)
        .getByText(/^The search was ended, showing \d\d:\d\d:\d\d/)
        .waitFor();
      await page.getByText(/^Searching/).waitFor({ state: "detached" });
      expect(await rows(page).first().boundingBox()).toEqual(before);
    } finally {
      world.server.child.kill("SIGCONT");
    }
    await until("the server has let go of it", async () => {
      const metrics = await (await fetch(`${world.server.url}/metrics`)).text();
      return /argus_rpc_calls_total\{[^}]*LogService\/Query[^}]*canceled[^}]*\} [1-9]/.test(
        metrics,
      );
    });
    // What was asked stands, and runs again.
    expect(await query(page).inputValue()).toBe("entry");
    await query(page).press("Enter");
    await status(page).getByText("Complete").waitFor();
    expect(faults).toEqual([]);
  });

  test("asks for rows first, for the chart second, for facets third, and for none of them once another run begins", async () => {
    await using opened = await open();
    const { page } = opened;
    const asked: string[] = [];
    const ended: string[] = [];
    const waiting = new Map<string, (() => void)[]>();
    let isHeld = true;
    // What is completed while it is typed is another matter.
    await page.route(/LogService\/(Query|GetHistogram|GetFacets)$/, async (route) => {
      const method = methodOf(route.request());
      asked.push(method);
      if (isHeld)
        await new Promise<void>((resolve) => {
          waiting.set(method, [...(waiting.get(method) ?? []), resolve]);
        });
      await route.continue().catch(() => undefined);
    });
    page.on("requestfailed", (request) => ended.push(methodOf(request)));
    /** Lets it go once the page shows that it waits for it, and so has asked for all it is going to. */
    const pass = async (method: string, shows: Locator): Promise<void> => {
      await until(`${method} is asked`, () => waiting.has(method));
      await shows.waitFor();
      waiting.get(method)?.shift()?.();
    };
    await run(page, "entry 17");
    await pass("Query", page.getByText(/^Searching, \d+ s/));
    expect(new Set(asked)).toEqual(new Set(["Query"]));
    // Its rows are there, and its chart is not.
    await pass("GetHistogram", status(page).getByText("1 loaded"));
    expect(new Set(asked)).toEqual(new Set(["Query", "GetHistogram"]));
    await until("facets are asked", () => asked.includes("GetFacets"));
    await run(page, "entry 2");
    await expect.poll(() => ended).toContain("GetFacets");
    await until("rows are asked again", () => asked.filter((one) => one === "Query").length === 2);
    await run(page, "entry 3");
    await expect.poll(() => ended).toContain("Query");
    isHeld = false;
    for (const resolves of waiting.values()) for (const resolve of resolves) resolve();
    await status(page).getByText("Complete").waitFor();
    await expect.poll(() => rows(page).first().textContent()).toContain("entry 3");
  });

  test("a server that stops and comes back: all stays as it was, and what failed is read by itself", async () => {
    await using folder = await tempFolder();
    const data = folder.path;
    await using first = await startArgus({ data });
    const { secret } = await makeApplication(first.url, "shop");
    const send = (message: string) =>
      call(first.url, "LogService/SendLogs", { entries: [{ message }] }, secret);
    await send("before the stop");
    await using opened = await openPage(world.browser);
    const { page } = opened;
    await page.goto(`${first.url}/a/shop/logs?live=1`);
    await signIn(page);
    await rows(page).first().click();
    await status(page).getByText("Live", { exact: true }).waitFor();
    await query(page).fill("half a thou");
    const before = await boxOf(rows(page).first());
    first.child.kill("SIGKILL");
    await page.getByText("Not connected.").waitFor();
    await page.getByText(/Trying again in \d+ s/).waitFor();
    expect(await rows(page).first().boundingBox()).toEqual(before);
    await using again = await startArgus({ data, env: { ARGUS_LISTEN: new URL(first.url).host } });
    expect(again.url).toBe(first.url);
    await page.getByText("Not connected.").waitFor({ state: "detached" });
    await send("after the stop");
    await page.getByRole("button", { name: /^1 new held while a row is open/ }).click();
    await page.getByText("after the stop").waitFor();
    await page.getByText("before the stop").first().waitFor();
    expect(await query(page).inputValue()).toBe("half a thou");
  });

  test("where too many searches run, one's own begins by itself", async () => {
    await using opened = await open();
    const { page } = opened;
    let asked = 0;
    await page.route("**/argus.v1.LogService/Query", (route) => {
      asked++;
      return route.fulfill({
        status: 429,
        headers: { "Retry-After": "1" },
        json: { code: "resource_exhausted", msg: "too many queries are running" },
      });
    });
    await run(page, "service:calm");
    await page.getByText("Too many searches are running.").waitFor();
    await status(page).getByText("Waiting for its turn").waitFor();
    expect(await rows(page).count()).toBeGreaterThan(0);
    const before = asked;
    await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(before);
    await page.unroute("**/argus.v1.LogService/Query");
    await status(page).getByText("Complete").waitFor();
    await page.getByText("Too many searches are running.").waitFor({ state: "detached" });
  });

  test("a further page that waits in line is read where the list stands", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    let isFull = true;
    await page.route("**/argus.v1.LogService/Query", (route) => {
      const { cursor } = route.request().postDataJSON() as { readonly cursor?: string };
      if (!isFull || (cursor ?? "") === "") return route.continue();
      return route.fulfill({
        status: 429,
        headers: { "Retry-After": "0" },
        json: { code: "resource_exhausted", msg: "too many queries are running" },
      });
    });
    await page.evaluate("document.querySelector('.rows').scrollTop = 4000");
    await page.getByText("Too many searches are running.").waitFor();
    const row = rows(page).filter({ hasText: "entry 130 of it" });
    const before = await boxOf(row);
    isFull = false;
    await status(page).getByText("300 loaded").waitFor();
    expect((await boxOf(row)).y).toBe(before.y);
    await page.getByText("Too many searches are running.").waitFor({ state: "detached" });
    expect(faults.filter((fault) => !fault.includes("429"))).toEqual([]);
  });

  test("what came before a tail is asked for twice, and said to be missing when that fails, too", async () => {
    await using opened = await open();
    const { page } = opened;
    let asked = 0;
    await page.route("**/argus.v1.LogService/Query", (route) => {
      asked++;
      return route.fulfill({ status: 500, json: { code: "internal", msg: "no" } });
    });
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByText("Entries may be missing here: what came while the tail began").waitFor();
    expect(asked).toBe(2);
    expect(await rows(page).count()).toBeGreaterThan(0);
  });

  test("behind a proxy with a prefix nothing asks outside of it, and no secret stays in the browser", async () => {
    await using proxy = await startProxy("/logs");
    await using fresh = await startArgus({ env: { ARGUS_PUBLIC_URL: `${proxy.url}/logs` } });
    proxy.target = fresh.url;
    const { secret } = await makeApplication(fresh.url, "shop");
    const send = (message: string) =>
      call(fresh.url, "LogService/SendLogs", { entries: [{ message, service: "calm" }] }, secret);
    await send("first");
    await using opened = await openPage(world.browser);
    const { page, faults } = opened;
    const outside: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(`${proxy.url}/logs/`)) outside.push(request.url());
    });
    await page.goto(`${proxy.url}/logs/`);
    await signIn(page);
    await rows(page).first().waitFor();
    expect(page.url()).toBe(`${proxy.url}/logs/a/shop/logs`);
    await page.getByRole("button", { name: "Live" }).click();
    await status(page).getByText("Live", { exact: true }).waitFor();
    await send("second");
    await page.getByText("second", { exact: true }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    for (const tab of ["JSON", "Context", "Trace", "Raw"])
      await page.getByRole("tab", { name: tab }).click();
    await page.keyboard.press("Escape");
    await run(page, "| timechart 10s count() by service");
    await page.getByRole("button", { name: "calm" }).first().waitFor();
    await page.reload();
    await page.getByRole("button", { name: "calm" }).first().waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "API keys" }).click();
    await page.reload();
    await page
      .getByRole("button", { name: /^Revoke/ })
      .first()
      .waitFor();
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
    const kept = await page.evaluate<string>(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])",
    );
    expect(kept).not.toMatch(/eyJ|argus_[0-9A-Za-z]{12}|password/);
    expect(await page.evaluate("indexedDB.databases().then((all) => all.length)")).toBe(0);
    const cookies = await page.context().cookies();
    expect(cookies.map(({ httpOnly }) => httpOnly)).toEqual([true]);
  });

  test("a part that cannot be loaded says so, and nothing is lost until it can be", async () => {
    await using opened = await openTab(world.person);
    const { page } = opened;
    await page.route(/assets\/entry-panel-/, (route) => route.abort());
    await page.goto(`${world.server.url}/a/shop/logs?q=entry`);
    await status(page).getByText("Complete").waitFor();
    await query(page).fill("half a thou");
    await rows(page).nth(2).focus();
    const id = await rows(page).nth(2).getAttribute("data-id");
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert").filter({ hasText: "could not be loaded" });
    await problem.waitFor();
    expect(await rows(page).count()).toBeGreaterThan(10);
    // The server answers and does not give it: another page is loaded, at the same place.
    const reload = page.getByRole("button", { name: "Reload" });
    await Promise.all([page.waitForEvent("load"), reload.click()]);
    await problem.waitFor();
    expect(await query(page).inputValue()).toBe("half a thou");
    await page.unroute(/assets\/entry-panel-/);
    // What is loaded ahead of clicks may have brought it already.
    const fields = page.getByRole("tab", { name: /^Fields/ });
    await expect
      .poll(async () => {
        if (await reload.isVisible()) await reload.click({ timeout: 1000 }).catch(() => undefined);
        return fields.isVisible();
      })
      .toBe(true);
    expect(new URL(page.url()).searchParams.get("row")).toBe(id);
    expect(await query(page).inputValue()).toBe("half a thou");
  });

  test("without what knows the language the server judges queries, and it comes later", async () => {
    await using opened = await openTab(world.person);
    const { page } = opened;
    await page.route(/assets\/language-/, (route) => route.abort());
    await page.goto(`${world.server.url}/a/shop/logs`);
    await page.getByText("300 entries", { exact: true }).waitFor();
    await run(page, '"open');
    await page
      .getByRole("alert")
      .getByText(/not closed/)
      .waitFor();
    expect(await rows(page).count()).toBeGreaterThan(10);
    await run(page, "entry 299");
    await page.getByText("1 entry", { exact: true }).waitFor();
    // A query of the address is not shown before it can be read.
    await page.reload();
    await page
      .getByRole("alert")
      .getByText(/could not be loaded/)
      .waitFor();
    await page.unroute(/assets\/language-/);
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("1 entry", { exact: true }).waitFor();
    await query(page).fill("service:calm");
    await page.locator(".query-text .q-field").waitFor({ state: "attached" });
  });

  test("who may only look is told so, and asks for nothing that is refused", async () => {
    const eve = await world.join("Eve", "viewer");
    await using opened = await openPage(world.browser);
    const { page, faults } = opened;
    await page.goto(`${world.server.url}/a/shop/logs`);
    await signIn(page, eve);
    await rows(page).first().click();
    await page.getByRole("button", { name: "Include service" }).click();
    await page.getByText("300 entries").first().waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page
      .getByText(/Your role in shop is viewer/)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  });
});
