/** What a run took, and what a partial answer says of itself, in a real browser. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { chromiumPath } from "../support/browser.ts";
import { inPage } from "../support/in-page.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";

const HOUR_MS = 3_600_000;
const SPAN_MS = 300_000;
const HALF_AN_HOUR_AGO_MS = Date.now() - 1_800_000;
/** The entries lie within one hour, so that they are one block. */
const START_MS =
  (HALF_AN_HOUR_AGO_MS % HOUR_MS) + SPAN_MS < HOUR_MS
    ? HALF_AN_HOUR_AGO_MS
    : HALF_AN_HOUR_AGO_MS - SPAN_MS;

describe.skipIf(chromiumPath() === undefined)("what a query took", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    await world.send(
      Array.from({ length: 300 }, (_, at) => ({
        time: new Date(START_MS + at * 1000).toISOString(),
        message: `order ${at} paid`,
        level: at % 10 === 0 ? "LEVEL_ERROR" : "LEVEL_INFO",
        service: at % 2 === 0 ? "web" : "shop",
      })),
    );
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Explain" });

  test("explains the query in its canonical form, stage by stage", async () => {
    await using opened = await world.open(
      `/a/shop/logs?q=${encodeURIComponent("level=error paid | stats count() by service | sort -count")}`,
    );
    const { page, faults } = opened;
    await page.getByRole("row", { name: "web 30" }).waitFor();
    await page.getByRole("button", { name: "Explain" }).click();
    await expect
      .poll(() => dialog(page).getByLabel("Canonical query").inputValue())
      .toBe("level:error paid | stats count() by service | sort count desc");
    const stages = dialog(page).getByRole("region", { name: "Stages" });
    await stages.getByRole("row", { name: /^\| stats count\(\) by service 30 1/ }).waitFor();
    const filter = dialog(page).getByRole("region", { name: /^Filter/ });
    await filter.getByRole("row", { name: /^level:error 300 30/ }).waitFor();
    const columns = dialog(page).getByRole("region", { name: "Columns read" });
    await columns.getByRole("row", { name: /^message 1/ }).waitFor();
    expect(await accessibilityFaults(page, "dialog")).toEqual([]);
    await dialog(page).getByRole("button", { name: "Close" }).click();
    const steps = page.getByRole("group", { name: "Steps" });
    await steps.getByRole("button", { name: /^stats 1 row [\d.]+ ms$/ }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a partial answer says which part it is of, and the rest is searched on", async () => {
    // Where nothing asks before the answers are prepared.
    await using opened = await world.open("/healthz");
    const { page } = opened;
    let answers = 0;
    // A store that takes longer than the budget is not at hand: the first answer says that it was cut short.
    await page.route("**/*LogService/Query", async (route) => {
      const answer = await route.fetch();
      const whole = (await answer.json()) as { entries: { id: string; time: string }[] };
      if (++answers > 1) return route.fulfill({ response: answer });
      const entries = whole.entries.slice(0, 40);
      const last = entries.at(-1);
      const json = {
        ...whole,
        entries,
        partial: true,
        partial_reason: "the budget of 10000 ms is spent",
        covered_start_time: last?.time,
        next_cursor: last?.id,
      };
      return route.fulfill({ response: answer, json });
    });
    await page.goto(`${world.server.url}/a/shop/logs?from=-40m`);
    const notice = page.getByRole("status").filter({ hasText: "Partial:" });
    await notice
      .getByText(/^Partial: 10 s reached, newest \d+ min .* of 40 min searched/)
      .waitFor();
    await page.getByRole("status").getByText("Partial", { exact: true }).waitFor();
    await notice.getByRole("button", { name: "Why" }).click();
    await notice.getByText("A query may take 10 s").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    // What was not searched is hatched.
    const hatched = (): Promise<{ from: number; to: number } | null> =>
      inPage(page, "ink", `inkOf(".histogram canvas", "--line-2", 10, -20)`);
    await expect.poll(async () => (await hatched())?.from).toBeLessThan(0.05);
    expect((await hatched())?.to).toBeGreaterThan(0.2);
    const rest = notice.getByRole("button", { name: "Search the rest" });
    await rest.click();
    await notice.waitFor({ state: "detached" });
    await expect.poll(hatched).toBe(null);
    await page.getByRole("status").getByText("300 loaded").waitFor();
    answers = 0;
    await page.reload();
    await notice.getByRole("button", { name: /^Narrow to \d+ min/ }).click();
    await expect.poll(() => page.url()).toMatch(/from=20\d\d.*&to=20/);
    await notice.waitFor({ state: "detached" });
  });
});
