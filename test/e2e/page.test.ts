/** The explorer in a real browser: query, list, panel, time, facets, tail. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { boxOf, chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";

const path = chromiumPath();
test("there is a Chromium wherever changes are judged", () => {
  if (path === undefined)
    console.warn("THE PAGE IS NOT TESTED: there is no Chromium. Install it: .ci/install-chromium");
  expect(path ?? process.env["CI"]).not.toBe("true");
});

describe.skipIf(path === undefined)("the explorer", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    const entries = sampleLogs(60, 11, Date.now() - 60_000, 900).map(sampleJson);
    await world.send([
      ...entries,
      { message: "needle in the hay", level: "LEVEL_ERROR", service: "barn" },
    ]);
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  /** A tab of the person at the logs, with what was found on screen. */
  async function openLogs(search = ""): Promise<WatchedPage> {
    const tab = await world.open(`/a/shop/logs${search}`);
    await found(tab.page).waitFor();
    return tab;
  }
  const found = (page: Page): Locator => page.getByRole("status").getByText("Complete");
  const query = (page: Page): Locator => page.getByLabel("Query", { exact: true });
  const rows = (page: Page): Locator =>
    page.getByRole("grid", { name: "Entries" }).locator(".line");
  async function run(page: Page, text: string): Promise<void> {
    await query(page).fill(text);
    await query(page).press("Enter");
    await page.waitForURL((url) => (url.searchParams.get("q") ?? "") === text);
    await page.locator('.found[aria-busy="false"]').waitFor();
  }
  const asked = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";

  test("searches, opens an entry and narrows to one of its values by keys alone", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByText("61 entries").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry", { exact: true }).waitFor();
    // While the search runs it is what Escape ends first.
    await page.locator('.found[aria-busy="false"]').waitFor();
    await found(page).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("e");
    await page.getByRole("button", { name: "Include service" }).focus();
    await page.keyboard.press("i");
    await expect.poll(() => asked(page)).toBe("needle service:barn");
    await page.goBack();
    await expect.poll(() => asked(page)).toBe("needle");
    await page.getByRole("button", { name: "Include service" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("points at a mistake in a query and offers what works", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await query(page).fill('"needle in');
    await query(page).press("Enter");
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.locator("pre").textContent()).toBe('"needle in\n^');
    // The old results stay.
    expect(await rows(page).count()).toBeGreaterThan(10);
    await query(page).press("Alt+1");
    await page.getByText("1 entry", { exact: true }).waitFor();
    expect(asked(page)).toBe('"needle in"');
    expect(await problem.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("a regex is judged although its engine is loaded when it is typed", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await query(page).fill("/needle(/");
    await page.getByRole("alert").getByText("Regex is not valid").waitFor();
    await run(page, "/need.+hay/");
    await page.getByText("1 entry", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("completes fields and values by Tab, and offers what was run before", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await run(page, "needle");
    await query(page).fill("");
    await query(page).pressSequentially("-serv");
    await page.getByRole("option", { name: /^service:/ }).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(() => query(page).inputValue()).toBe("-service:");
    await page.keyboard.type("ba");
    await page.getByRole("option", { name: /^barn/ }).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(() => query(page).inputValue()).toBe("-service:barn ");
    await page.getByText("Edited, showing the last run").waitFor();
    await query(page).press("Escape");
    await expect.poll(() => query(page).inputValue()).toBe("needle");
    // What was typed is not lost by it.
    await query(page).press("ControlOrMeta+z");
    await expect.poll(() => query(page).inputValue()).toBe("-service:barn ");
    await query(page).fill("");
    await query(page).press("ArrowDown");
    await page.getByRole("option", { name: "needle", exact: true }).waitFor();
    const tidy = page.getByRole("button", { name: "Tidy" });
    expect(await tidy.count()).toBe(0);
    await query(page).fill("needle   level:ERROR");
    await tidy.click();
    await expect.poll(() => query(page).inputValue()).toBe("needle level:error");
    await expect.poll(() => tidy.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("shows a table for pipes and its steps, and zooms by the chart", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await run(page, "needle | stats count() as n by service");
    await page.getByRole("row", { name: "barn 1" }).waitFor();
    await page.getByRole("img", { name: /^1 entry from/ }).waitFor();
    const bars = page.getByRole("slider", { name: "Bar of the chart" });
    await bars.press("ArrowLeft");
    await bars.press("Shift+ArrowLeft");
    await bars.press("Enter");
    await expect.poll(() => page.url()).toMatch(/from=.*&to=/);
    await page.goBack();
    await page
      .getByRole("group", { name: "Steps" })
      .getByRole("button", { name: /^filter/ })
      .click();
    await expect.poll(() => asked(page)).toBe("needle");
    await rows(page).first().waitFor();
    expect(faults).toEqual([]);
  });

  test("a reload keeps the query, the range, the open entry and the tail", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await run(page, "needle");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /time range$/ }).click();
    await page.getByLabel("Range of time").press("5");
    await expect.poll(() => page.url()).toContain("from=-24h");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByText("1 entry", { exact: true }).waitFor();
    await rows(page).first().click();
    await page.getByRole("button", { name: "Include service" }).waitFor();
    const url = page.url();
    await page.reload();
    await page.getByRole("button", { name: "Include service" }).waitFor();
    expect(page.url()).toBe(url);
    expect(await query(page).inputValue()).toBe("needle");
    await page.getByRole("button", { name: /^Last 24 hours/ }).waitFor();
    await page.getByRole("button", { name: "Live", pressed: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a word that is selected by two clicks is offered to be searched, and opens no row", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await run(page, "needle");
    await page.keyboard.press("Escape");
    await rows(page).first().getByText("needle").dblclick();
    const bar = page.getByRole("toolbar", { name: "Selected text" });
    await bar.getByRole("button", { name: "Include" }).waitFor();
    await expect.poll(() => page.locator(".rows .below").count()).toBe(0);
    await bar.getByRole("button", { name: "Include" }).click();
    await expect.poll(() => query(page).inputValue()).toBe('needle "needle"');
    expect(faults).toEqual([]);
  });

  test("reads a time as it is written, and says what it understood", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.keyboard.press("d");
    const field = page.getByLabel("Range of time");
    await field.fill("nonsense");
    await page.getByText("Not a range").waitFor();
    await field.press("Enter");
    await field.fill("2026-11-24 14:00 to 14:30");
    await page.getByText("24 Nov 14:00 – 14:30 UTC").waitFor();
    await field.press("Enter");
    await expect.poll(() => page.url()).toContain("from=2026-11-24T14%3A00%3A00Z");
    await field.waitFor({ state: "detached" });
    await page.keyboard.press("z");
    await expect.poll(() => page.url()).toContain("from=2026-11-24T13%3A45%3A00Z");
    await page.goBack();
    await expect.poll(() => page.url()).toContain("from=2026-11-24T14%3A00%3A00Z");
    expect(faults).toEqual([]);
  });

  test("includes and excludes by the facets, whose values stay to be chosen", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    const tree = page.getByRole("tree", { name: "Fields and values" });
    const value = (name: RegExp): Locator => tree.getByRole("treeitem", { name });
    await value(/^error/).press("Enter");
    await expect.poll(() => asked(page)).toBe("level:error");
    await tree.getByRole("treeitem", { name: /error/, checked: true }).waitFor();
    // Its own terms aside: the others can be added.
    await value(/info/).click();
    await expect.poll(() => asked(page)).toBe("level:(error info)");
    await value(/info/).click({ modifiers: ["Alt"] });
    await expect.poll(() => asked(page)).toBe("level:info");
    await value(/info/).press("-");
    await expect.poll(() => asked(page)).toBe("-level:info");
    await value(/info.*excluded/).waitFor();
    // The same by the letters over the chart.
    await page.getByRole("group", { name: "Levels" }).getByRole("button", { name: "info" }).click();
    await expect.poll(() => asked(page)).toBe("");
    expect(faults).toEqual([]);
  });

  test("context opens in place around a row, and the columns are chosen", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await run(page, "needle");
    await rows(page).first().press("c");
    await page.getByText("Context: barn").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Context: barn").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "host" }).click();
    await expect.poll(() => page.url()).toContain("cols=");
    await page.getByText("Host", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a column is as wide as a mouse or a finger drags it, or as what is seen in it", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    const edge = page.getByRole("separator", { name: "Width of service" });
    const cell = rows(page).first().locator(".col-service");
    const columns = (): string => new URL(page.url()).searchParams.get("cols") ?? "";
    const middle = async (): Promise<{ x: number; y: number }> => {
      const { x, y, width, height } = await boxOf(edge);
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
      return { x: x + width / 2, y: y + height / 2 };
    };
    const first = await middle();
    await page.mouse.move(first.x, first.y);
    await page.mouse.down();
    await page.mouse.move(first.x + 60, first.y, { steps: 4 });
    // It is seen while it is dragged, and in the address when it is let go.
    expect((await boxOf(cell)).width).toBe(146);
    expect(columns()).toBe("");
    await page.mouse.up();
    await expect.poll(columns).toBe("time,service:146,message");

    const finger = await page.context().newCDPSession(page);
    await finger.send("Emulation.setTouchEmulationEnabled", { enabled: true });
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number): Promise<unknown> =>
      finger.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: x === undefined ? [] : [{ x, y: first.y }],
      });
    const { x } = await middle();
    await touch("touchStart", x);
    for (let step = 1; step <= 5; step++) await touch("touchMove", x - 20 * step);
    await touch("touchEnd");
    await expect.poll(columns).toBe("time,service:46,message");

    await edge.dblclick();
    await expect.poll(columns).not.toBe("time,service:46,message");
    const fitted = columns();
    const cut = `[...document.querySelectorAll(".rows .col-service")]
      .filter((one) => one.scrollWidth > one.clientWidth).length`;
    expect(await page.evaluate(cut)).toBe(0);
    await edge.press("ArrowRight");
    await expect.poll(columns).not.toBe(fitted);
    await edge.press("Enter");
    await expect.poll(columns).toBe(fitted);
    await edge.press("ArrowRight");
    await expect.poll(columns).not.toBe(fitted);
    const end = await middle();
    // At once: the second has to come soon.
    await Promise.all([
      touch("touchStart", end.x),
      touch("touchEnd"),
      touch("touchStart", end.x),
      touch("touchEnd"),
    ]);
    await expect.poll(columns).toBe(fitted);
    expect(faults).toEqual([]);
  });

  test("a window that becomes narrow has rows for a finger, and a way to the fields", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    const rowPx = async (): Promise<number> => {
      const [first, second] = [await boxOf(rows(page).first()), await boxOf(rows(page).nth(1))];
      return second.y - first.y;
    };
    const filters = page.getByRole("button", { name: "Filters", exact: true });
    expect(await rowPx()).toBe(24);
    expect(await filters.count()).toBe(0);
    await page.setViewportSize({ width: 820, height: 900 });
    await filters.click();
    await page.getByRole("treeitem", { name: /^error/ }).click();
    await expect.poll(() => asked(page)).toBe("level:error");
    await page.getByRole("button", { name: "Close the filters" }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(rowPx).toBe(64);
    expect(await page.getByRole("slider", { name: "Time of the list" }).count()).toBe(0);
    await page.getByRole("button", { name: "Filters, 1 applied" }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect.poll(rowPx).toBe(24);
    await page.getByRole("slider", { name: "Time of the list" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("the live tail shows what comes, and waits while an entry is read", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await run(page, "service:tailed");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByRole("status").getByText("Live").waitFor();
    await page.getByText("No entries match").waitFor();
    await world.send([{ message: "one", service: "tailed" }]);
    await page.getByText("one", { exact: true }).waitFor();
    await world.send([{ message: "elsewhere", service: "other" }]);
    await rows(page).first().click();
    await page.getByRole("button", { name: "Include service" }).waitFor();
    const before = await boxOf(rows(page).first());
    await world.send([{ message: "two", service: "tailed" }]);
    const pill = page.getByRole("button", { name: /^1 new held while a row is open/ });
    await pill.waitFor();
    expect(await page.getByText("two", { exact: true }).count()).toBe(0);
    expect(await rows(page).first().boundingBox()).toEqual(before);
    await pill.click();
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
    expect(await page.locator(".item").first().textContent()).toContain("a block is damaged");
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(answers).toEqual([]);
    await page.unroute("**/api/v1/tail?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  });

  test("shows hostile content as text", async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [`k${i}`, `<b>${i}</b>`]),
    );
    const message = `<script>document.title="taken"</script><img src=x onerror="document.title='taken'"> \u001b]0;title\u0007 \u202egnp.exe ${"x".repeat(100_000)} end of it`;
    await world.send([{ message, service: "</span><h1>hostile", attributes }]);
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.setViewportSize({ width: 320, height: 700 });
    await run(page, "taken");
    await page.getByText("1 entry", { exact: true }).waitFor();
    await rows(page).first().click();
    await page.getByText("<b>149</b>").first().waitFor();
    await page.getByRole("button", { name: "Show all 98 KB" }).click();
    await page.getByText("end of it").first().waitFor();
    const text = (await page.locator(".whole-message").textContent()) ?? "";
    expect(text).toContain('<script>document.title="taken"</script>');
    expect(text).toContain("␛]0;title␇ ⟨U+202E⟩gnp.exe");
    expect(await page.title()).toBe("taken · shop · Argus");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    expect(faults).toEqual([]);
  });
});
