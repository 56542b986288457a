/** The panel of an entry in a real browser: its tabs, its width, what is around the entry, and what is done with a value. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { boxOf, chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";

describe.skipIf(chromiumPath() === undefined)("the panel", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    await world.send([
      ...sampleLogs(60, 11, Date.now() - 60_000, 900).map(sampleJson),
      { message: "needle in the hay", level: "LEVEL_ERROR", service: "barn" },
    ]);
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  /** A tab of the person at the logs, with what was found on screen. */
  async function openLogs(search = ""): Promise<WatchedPage> {
    const tab = await world.open(`/a/shop/logs${search}`);
    await tab.page.getByRole("status").getByText("Complete").waitFor();
    return tab;
  }
  const rows = (page: Page): Locator =>
    page.getByRole("grid", { name: "Entries" }).locator(".line");

  test("the panel follows the keys, and shows fields, JSON, context and all of it raw", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await rows(page).first().press("Enter");
    const panel = page.getByRole("complementary", { name: /^Entry: needle/ });
    await panel.getByRole("tab", { name: /^Fields/, selected: true }).waitFor();
    await panel.getByText("1 of 61").waitFor();
    await page.keyboard.press("j");
    await page.getByText("2 of 61").waitFor();
    await page.keyboard.press(".");
    await page.getByRole("tab", { name: "JSON", selected: true }).waitFor();
    await page
      .getByText('"trace_id"')
      .or(page.getByText("traceId"))
      .or(page.getByText("message"))
      .first()
      .waitFor();
    await page.getByRole("tab", { name: "Raw" }).click();
    await expect.poll(() => page.locator(".raw").textContent()).toContain('"message"');
    await page.getByRole("tab", { name: "Context" }).click();
    await page.getByText("filters off").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).not.toContain("panel=");
    expect(faults).toEqual([]);
  });

  test("the panel is dragged by a broad edge, under which nothing else is pressed; what is copied is said", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await rows(page).first().press("Enter");
    const panel = page.getByRole("complementary", { name: /^Entry: needle/ });
    await panel.getByRole("tab", { name: /^Fields/, selected: true }).waitFor();
    const edge = await boxOf(panel.getByRole("separator", { name: "Width of the panel" }));
    expect(edge.width).toBeGreaterThanOrEqual(24);
    const { width } = await boxOf(panel);
    const [x, y] = [edge.x + edge.width - 2, edge.y + edge.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y, { steps: 4 });
    await page.mouse.up();
    expect((await boxOf(panel)).width).toBe(width + 60);
    await page.reload();
    const kept = panel.getByRole("separator", { name: "Width of the panel" });
    await expect.poll(() => kept.getAttribute("aria-valuenow")).toBe(String(width + 60));
    const covered = `[...document.querySelectorAll(".panel :is(button, a, [role=tab], [role=treeitem])")]
      .filter((one) => one.checkVisibility({ opacityProperty: true }))
      .filter((one) => {
        const { left, top, height } = one.getBoundingClientRect();
        return document.elementFromPoint(left + 1, top + height / 2)?.matches(".panel-edge");
      }).map((one) => one.outerHTML)`;
    expect(await page.evaluate(covered)).toEqual([]);
    // Of the rail as much as a hand needs is free.
    const free = `(() => {
      const { left, right, top } = document.querySelector(".rail-track").getBoundingClientRect();
      const on = (x) => document.elementFromPoint(x, top + 100)?.closest(".rail-track") !== null;
      return Array.from({ length: Math.floor(right - left) }, (_, at) => left + at).filter(on).length;
    })()`;
    expect(await page.evaluate(free)).toBeGreaterThanOrEqual(24);

    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const service = panel.locator(".field-row").filter({ hasText: /^service/ });
    await service.hover();
    await service.getByRole("button", { name: "Copy service" }).click();
    await page.getByRole("status").getByText("Copied").waitFor();
    expect(faults).toEqual([]);
  });

  test("below its fields an entry stands in its trace and among what its program wrote", async () => {
    // Before all that other tests look at.
    const trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const startMs = Date.now() - 2 * 3_600_000;
    await world.send(
      Array.from({ length: 24 }, (_, at) => ({
        time: new Date(startMs + at * 1000).toISOString(),
        message: `thread ${at}`,
        level: at % 2 === 0 ? "LEVEL_ERROR" : "LEVEL_INFO",
        service: "loom",
        host: "mill",
        trace_id,
        attributes: { "parent.trace_id": "0af7651916cd43dd8448eb211c80319c" },
      })),
    );
    await using opened = await openLogs("?from=-3h&q=service:loom+level:error");
    const { page, faults } = opened;
    const asks = /\/argus\.v1\.LogService\/GetContext$/;
    await page.route(asks, () => undefined);
    const begun = page.waitForRequest(asks);
    await rows(page).nth(4).focus();
    await page.keyboard.press("Enter");
    const context = page.getByRole("region", { name: "± 5 context" });
    const lines = context.locator(".line");
    await context.scrollIntoViewIfNeeded();
    const first = await begun;
    // Another entry ends what is read for this one.
    const ended = page.waitForEvent("requestfailed", (request) => request === first);
    const next = page.waitForRequest((request) => request !== first && asks.test(request.url()));
    await page.keyboard.press("j");
    await ended;
    await next;
    // Its own line has its place before the others are there.
    expect(await lines.count()).toBe(1);
    const before = await boxOf(context.locator(".anchor"));
    await page.unroute(asks);
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await expect.poll(() => lines.count()).toBe(11);
    expect(await boxOf(context.locator(".anchor"))).toEqual(before);
    expect(await context.locator(".faint").count()).toBe(6);
    const trace = page.getByRole("region", { name: /^Trace [0-9a-f]{8}$/ });
    await trace.scrollIntoViewIfNeeded();
    await trace.locator(".anchor").waitFor();
    expect(await trace.getByRole("listitem").count()).toBe(5);
    await trace.getByText("24 entries, 23 s").waitFor();
    expect(await accessibilityFaults(page, ".panel")).toEqual([]);
    await trace.getByRole("button", { name: "Open the trace" }).click();
    await page.getByRole("tab", { name: "Trace", selected: true }).waitFor();
    await page.getByRole("tab", { name: /^Fields/ }).click();
    await context.getByRole("button", { name: "Open the context" }).click();
    await page.getByRole("tab", { name: "Context", selected: true }).waitFor();
    // Its own id leads to its trace, another one to all that names it, and Back to where they were.
    await page.getByRole("tab", { name: /^Fields/ }).click();
    const here = page.url();
    await page.getByRole("link", { name: trace_id }).click();
    await page.getByRole("tab", { name: "Trace", selected: true }).waitFor();
    await page.goBack();
    await expect.poll(() => page.url()).toBe(here);
    await page.getByRole("link", { name: "0af7651916cd43dd8448eb211c80319c" }).click();
    await page.getByText("24 entries", { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe("0af7651916cd43dd8448eb211c80319c");
    await page.goBack();
    await expect.poll(() => page.url()).toBe(here);
    expect(faults).toEqual([]);
  });
});
