/** The chart tab in a real browser: what pipes make, drawn, read, and turned back into entries. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boxOf, chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LATENCY = "| timechart 1m p95(ms) by service";
const GROUPS = 60;

describe.skipIf(chromiumPath() === undefined)("the chart", () => {
  let world: PageWorld;
  /** A whole hour that has passed. */
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;

  beforeAll(async () => {
    world = await openWorld();
    const entries = [];
    for (let minute = 0; minute < 60; minute++)
      for (let i = 0; i < 3; i++)
        for (const [service, ms] of [
          ["checkout", 300],
          ["gateway", 80],
        ] as const)
          entries.push({
            time: new Date(startMs + minute * MINUTE_MS + i * 1000 + 500).toISOString(),
            message: "done",
            service,
            attributes: {
              ms: minute === 40 ? ms * 100 : ms + i,
              user: `u${entries.length % GROUPS}`,
            },
          });
    await world.send(entries);
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
  async function open(query: string, more = ""): Promise<WatchedPage> {
    const range = `from=${iso(startMs)}&to=${iso(startMs + HOUR_MS)}`;
    const tab = await world.open(`/a/shop/logs?q=${encodeURIComponent(query)}&${range}${more}`);
    await tab.page.getByRole("status").getByText("Complete").waitFor();
    return tab;
  }
  const plot = (page: Page): Locator => page.getByRole("slider", { name: /^Step of the chart/ });
  const legend = (page: Page): Locator => page.getByRole("region", { name: "Series" });
  const param = (page: Page, name: string): string | null =>
    new URL(page.url()).searchParams.get(name);

  test("says all of it in a sentence, and each step by keys; Enter shows its entries", async () => {
    await using opened = await open(LATENCY);
    const { page, faults } = opened;
    await page
      .getByRole("slider", {
        name: /p95 of ms by service: 2 series from .*, the highest is checkout with 30 s at/,
      })
      .focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowRight");
    await expect
      .poll(() => plot(page).getAttribute("aria-valuetext"))
      .toMatch(/:40: checkout 30\ss, gateway 8\ss/);
    await page.getByText("Show these 6 entries: click").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("6 entries", { exact: true }).waitFor();
    expect(param(page, "q")).toBe(null);
    expect(param(page, "from")).toBe(iso(startMs + 40 * MINUTE_MS));
    expect(param(page, "to")).toBe(iso(startMs + 41 * MINUTE_MS));
    await page.goBack();
    await plot(page).waitFor();
    expect(faults).toEqual([]);
  });

  test("the step that was chosen stays when it is drawn anew", async () => {
    await using opened = await open(LATENCY);
    const { page, faults } = opened;
    await plot(page).focus();
    await page.keyboard.press("End");
    const said = await plot(page).getAttribute("aria-valuetext");
    expect(said).toMatch(/:59: checkout 302\sms, gateway 82\sms/);
    const drawn = await page.locator(".u-over").elementHandle();
    // Narrower, there is no room for names at the ends of lines: all of it is drawn anew.
    await page.setViewportSize({ width: 700, height: 900 });
    await expect.poll(() => drawn?.isVisible()).toBe(false);
    await page.getByText("Show these 6 entries: click").waitFor();
    expect(await plot(page).getAttribute("aria-valuetext")).toBe(said);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => plot(page).getAttribute("aria-valuetext")).toMatch(/:58: checkout/);
    await page.keyboard.press("Escape");
    await expect.poll(() => plot(page).getAttribute("aria-valuetext")).toBe("no step chosen");
    expect(faults).toEqual([]);
  });

  test("a click holds the step beside the pointer, whose line's entries are shown", async () => {
    await using opened = await open(LATENCY);
    const { page, faults } = opened;
    const area = page.locator(".u-over");
    await area.hover();
    const box = await boxOf(area);
    // The lower line lies near the floor.
    const [x, y] = [box.x + box.width * 0.25, box.y + box.height - 6];
    await page.mouse.move(x, y);
    await page.getByText(/^Show these 3 entries of (gateway|checkout): click$/).waitFor();
    await page.mouse.click(x, y);
    const show = page.getByRole("button", { name: /^Show these 3 entries of/ });
    await show.waitFor();
    // It stays while the pointer goes to it.
    await show.hover();
    await show.click();
    await page.getByText("3 entries", { exact: true }).waitFor();
    expect(param(page, "q")).toMatch(/^service:(gateway|checkout)$/);
    expect(faults).toEqual([]);
  });

  test("the step that the present lies in says that it is not over yet", async () => {
    await world.send([{ message: "now", service: "present" }]);
    const query = encodeURIComponent("service:present | timechart 12h count()");
    await using opened = await world.open(`/a/shop/logs?q=${query}`);
    const { page, faults } = opened;
    await plot(page).focus();
    await page.keyboard.press("End");
    await expect.poll(() => plot(page).getAttribute("aria-valuetext")).toMatch(/ 1 so far$/);
    await page.getByText("so far: it is not over yet").waitFor();
    // With whole steps before it, what there is of it so far is no least and no last figure.
    await world.send(
      [30, 60, 90].map((minutes) => ({
        time: new Date(startMs - minutes * MINUTE_MS).toISOString(),
        message: "before",
        service: "present",
      })),
    );
    const each = encodeURIComponent("service:present | timechart 30m count()");
    await page.goto(`${world.server.url}/a/shop/logs?q=${each}&from=-4h`);
    await page.getByText(/the last step, which is not over yet\.$/).waitFor();
    expect(faults).toEqual([]);
  });

  test("a drag zooms, and Escape lets it go", async () => {
    await using opened = await open(LATENCY);
    const { page, faults } = opened;
    const box = await boxOf(page.locator(".u-over"));
    const drag = async (): Promise<void> => {
      await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
      await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
    };
    await plot(page).focus();
    await drag();
    await page.keyboard.press("Escape");
    await page.mouse.up();
    expect(param(page, "from")).toBe(iso(startMs));
    await drag();
    await page.mouse.up();
    await expect.poll(() => param(page, "from")).not.toBe(iso(startMs));
    const from = Date.parse(param(page, "from") ?? "") - startMs;
    expect(from % MINUTE_MS).toBe(0);
    expect(from / MINUTE_MS).toBeGreaterThanOrEqual(28);
    expect(from / MINUTE_MS).toBeLessThanOrEqual(30);
    expect(param(page, "q")).toBe(LATENCY);
    expect(faults).toEqual([]);
  });

  test("the legend has figures, sorts by its heads, and hides", async () => {
    await using opened = await open(LATENCY);
    const { page, faults } = opened;
    await legend(page)
      .getByRole("row", { name: /^checkout 302 ms 302 ms 302 ms 30 s 180/ })
      .waitFor();
    const names = async (): Promise<string[]> => {
      const all = await legend(page).locator("tbody .series-name").allTextContents();
      return all.map((name) => name.trim());
    };
    await expect.poll(names).toEqual(["checkout", "gateway"]);
    await legend(page).getByRole("button", { name: "Median" }).click();
    await legend(page).getByRole("button", { name: "Median" }).click();
    await expect.poll(names).toEqual(["gateway", "checkout"]);
    await legend(page).getByRole("button", { name: "checkout" }).click();
    await expect.poll(() => param(page, "by")).toBe("-checkout");
    await legend(page)
      .getByRole("button", { name: "checkout", pressed: false })
      .click({ modifiers: ["Alt"] });
    await expect.poll(() => param(page, "by")).toBe("-gateway");
    await page.reload();
    await legend(page).getByRole("button", { name: "gateway", pressed: false }).waitFor();
    // What is hidden is not meant.
    await plot(page).focus();
    await page.keyboard.press("End");
    await page.getByText("Show these 3 entries: click").waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => param(page, "q")).toBe("service:checkout");
    expect(faults).toEqual([]);
  });

  test("is drawn as is chosen, on a log axis where figures lie far apart", async () => {
    await using opened = await open(LATENCY);
    const { page, faults } = opened;
    const kinds = page.getByRole("group", { name: "Draw as" });
    await page.getByRole("group", { name: "Axis" }).getByRole("button", { name: "Log" }).click();
    await expect.poll(() => param(page, "y")).toBe("log");
    await kinds.getByRole("button", { name: "Area" }).click();
    await kinds.getByRole("button", { name: "Bars" }).click();
    await expect.poll(() => param(page, "chart")).toBe("bar");
    await plot(page).waitFor();
    await kinds.getByRole("button", { name: "Number" }).click();
    await page.getByText("302 ms", { exact: true }).first().waitFor();
    await kinds.getByRole("button", { name: "Table" }).click();
    await page.getByRole("columnheader", { name: "p95_ms" }).waitFor();
    expect(faults).toEqual([]);
    await using flat = await open("| timechart 1m count() by service");
    await plot(flat.page).waitFor();
    expect(await flat.page.getByRole("group", { name: "Axis" }).count()).toBe(0);
  });

  test("one row is figures, groups are bars whose entries are shown, 50 of them and the others", async () => {
    await using opened = await open("| stats count(), p95(ms)");
    const { page, faults } = opened;
    await page.locator(".figures").getByText("360", { exact: true }).waitFor();
    await page.goto(
      page.url().replace(/q=[^&]*/, `q=${encodeURIComponent("| stats count() by user")}`),
    );
    const bars = page.getByRole("region", { name: /^entries by user: 60 groups/ });
    await bars.getByRole("row", { name: /^other \(10\) 60$/ }).waitFor();
    expect(await bars.getByRole("row").count()).toBe(52);
    await bars.getByRole("button", { name: "u10", exact: true }).click();
    await page.getByText("6 entries", { exact: true }).waitFor();
    expect(param(page, "q")).toBe("user:u10");
    expect(faults).toEqual([]);
  });

  test("buckets of a number over time are heat, and a cell shows its entries", async () => {
    await using opened = await open("| stats count() by bin(1m), bin(ms, 1000)");
    const { page, faults } = opened;
    const cells = page.getByRole("slider", { name: /^Cell of the chart.*the highest is/ });
    await cells.focus();
    await page.keyboard.press("ArrowRight");
    await expect
      .poll(() => cells.getAttribute("aria-valuetext"))
      .toMatch(/, 0 – 1,000: 6 entries$/);
    await page.keyboard.press("Enter");
    await page.getByText("6 entries", { exact: true }).waitFor();
    expect(param(page, "q")).toBe("ms:>=0 ms:<1000");
    await page.goBack();
    await cells.hover({ position: { x: 4, y: 296 } });
    await cells.click({ position: { x: 4, y: 296 } });
    await page.getByText("6 entries", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });
});
