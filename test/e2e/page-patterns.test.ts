/** Patterns of messages in a real browser: what is there, what is new, rising or gone, and what varies. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";

const FAILED = "charge failed: upstream timeout after <*> ms <*>";

describe.skipIf(chromiumPath() === undefined)("patterns", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    await world.send([
      ...entriesAt(Date.now() - 300_000, 40),
      ...entriesAt(Date.now() - 5_400_000, 2),
    ]);
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const grid = (page: Page): Locator => page.getByRole("treegrid", { name: "Patterns" });
  const row = (page: Page, text: string): Locator =>
    grid(page).getByRole("row").filter({ hasText: text }).first();
  const asked = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";
  async function openPatterns(search = "?tab=patterns"): Promise<WatchedPage> {
    const tab = await world.open(`/a/shop/logs${search}`);
    await grid(tab.page).waitFor();
    return tab;
  }

  test("says how often each shape is there, and which are new, rising or gone", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    await page.getByRole("status").getByText("Complete").waitFor();
    await page.keyboard.press("2");
    await expect.poll(() => page.url()).toContain("tab=patterns");
    await row(page, "charge failed").getByText("▲ 20×").waitFor();
    await row(page, "worker")
      .getByText(/^new \d\d:\d\d$/)
      .waitFor();
    await row(page, "GET /cart").getByText("60", { exact: true }).waitFor();
    await page.getByText("0 entries fit no pattern").waitFor();
    const kinds = page.getByRole("group", { name: "Which patterns" });
    await kinds.getByRole("button", { name: "Rising 1" }).click();
    await expect.poll(() => grid(page).getByRole("row").count()).toBe(2);
    await kinds.getByRole("button", { name: "Gone 1" }).click();
    await row(page, "cache warmed").waitFor();
    await page.goBack();
    await row(page, "charge failed").waitFor();
    await page.goBack();
    await row(page, "GET /cart").waitFor();
    await page.keyboard.press("1");
    await page.getByRole("grid", { name: "Entries" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("nothing is new or rising beside a window that had next to nothing", async () => {
    await using opened = await openPatterns("?tab=patterns&q=service%3Apayments");
    const { page, faults } = opened;
    await row(page, "charge failed").getByText("40", { exact: true }).waitFor();
    await page.getByText("There is too little before to compare with.").waitFor();
    expect(await grid(page).locator(".badge").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("opens to the values of what varies, and the address keeps it open", async () => {
    await using opened = await openPatterns();
    const { page, faults } = opened;
    await row(page, "charge failed").click();
    const open = grid(page).locator(".pattern-open");
    await open.getByText("provider=northpay").waitFor();
    await open.getByText("upstream timeout after").waitFor();
    expect(await open.locator(".gap-values").first().textContent()).toMatch(
      /num.*30000.*30.*5000.*10/,
    );
    expect(new URL(page.url()).searchParams.get("pat")).toBe(`all,${FAILED}`);
    await page.reload();
    await open.getByText("provider=northpay").waitFor();
    await page.keyboard.press("Escape");
    await open.waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("by keys alone: the next one, its entries, and without it", async () => {
    await using opened = await openPatterns();
    const { page, faults } = opened;
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page)).toBe(`pattern:"${FAILED}"`);
    await page.getByText("40 entries", { exact: true }).waitFor();
    await page.goBack();
    await row(page, "charge failed").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await expect.poll(() => asked(page)).toBe('-pattern:"GET /cart <*> took <*> ms"');
    await expect.poll(() => row(page, "GET /cart").count()).toBe(0);
    await row(page, "charge failed").waitFor();
    expect(faults).toEqual([]);
  });

  test("too few entries are no groups, and a failure stays in the tab", async () => {
    await using opened = await world.open("/a/shop/logs?tab=patterns&q=service%3Anone");
    const { page } = opened;
    await page.getByRole("heading", { name: "Too few entries to group" }).waitFor();
    // What there is none of covers nothing.
    const panel = page.getByRole("tabpanel");
    expect(await panel.textContent()).not.toContain("cover");
    await page.getByRole("button", { name: /^Gone/ }).click();
    await panel.getByText("Too few entries to group").waitFor();
    expect(await panel.textContent()).not.toContain("cover");
    await page.route("**/*LogService/GetPatterns", (route) =>
      route.fulfill({
        status: 400,
        json: { code: "invalid_argument", msg: "the disk is on fire" },
      }),
    );
    await page.goto(`${world.server.url}/a/shop/logs?tab=patterns`);
    const alert = page.getByRole("tabpanel").getByRole("alert");
    await alert.getByText("the disk is on fire").waitFor();
    await page.unroute("**/*LogService/GetPatterns");
    await alert.getByRole("button", { name: "Try again" }).click();
    await grid(page).waitFor();
  });
});

/** @param failed how many charges failed. */
function entriesAt(ms: number, failed: number): object[] {
  const time = new Date(ms).toISOString();
  const of = (count: number, entry: (at: number) => object): object[] =>
    Array.from({ length: count }, (_, at) => ({ time, ...entry(at) }));
  return [
    ...of(60, (at) => ({ message: `GET /cart 200 took ${at} ms`, service: "gateway" })),
    ...of(failed, (at) => ({
      message: `charge failed: upstream timeout after ${at % 4 === 0 ? 5000 : 30000} ms provider=${at % 2 === 0 ? "northpay" : "stella"}`,
      level: "LEVEL_ERROR",
      service: "payments",
    })),
    ...(failed > 10
      ? of(3, (at) => ({
          message: `worker ${at} stopped`,
          level: "LEVEL_FATAL",
          service: "payments",
        }))
      : of(5, (at) => ({ message: `cache warmed ${at} keys`, service: "checkout" }))),
  ];
}
