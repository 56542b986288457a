/** Fields and their values in a real browser: spreads of numbers, pins, and values beyond the frequent ones. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { boxOf, chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";

const ENTRIES = 200;
/** Of these levels there is one entry each. */
const RARE = ["FATAL", "WARN", "DEBUG", "TRACE", "ERROR"];

describe.skipIf(chromiumPath() === undefined)("facets", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    const from = Date.now() - 60_000;
    // In the hour before there was little of one service, and nothing of the other.
    await world.send(
      Array.from({ length: 30 }, (_, i) => ({
        time: new Date(from - 5_400_000).toISOString(),
        message: "before",
        service: i < 2 ? "api" : "cron",
        attributes: { ms: 1 },
      })),
    );
    await world.send(
      Array.from({ length: ENTRIES }, (_, i) => ({
        time: new Date(from + i * 100).toISOString(),
        message: `entry ${i}`,
        level: `LEVEL_${i < 5 ? RARE[i] : i % 10 === 0 ? "ERROR" : "INFO"}`,
        service: i % 2 === 0 ? "web" : "api",
        attributes: {
          ms: i * 5,
          user: `user-${String(i).padStart(3, "0")}`,
          zebra: `z${i % 3}`,
          // Six are frequent, and one is not.
          shelf: i === 7 ? "rare" : `shelf ${i % 6}`,
          // In so few entries that nobody is shown it unasked.
          ...(i === 7 && { coupon: "spring" }),
        },
      })),
    );
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function open(query = "", more = ""): Promise<WatchedPage> {
    const tab = await world.open(`/a/shop/logs?q=${encodeURIComponent(query)}${more}`);
    await tab.page
      .getByRole("treeitem", { name: /^error/ })
      .or(tab.page.getByRole("treeitem", { name: /^info/ }))
      .first()
      .waitFor();
    return tab;
  }
  const tree = (page: Page): Locator => page.getByRole("tree", { name: "Fields and values" });
  const asked = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";

  test("numbers are a spread whose handles narrow, by keys and by the pointer", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    await tree(page)
      .getByRole("treeitem", { name: /^api ▲ 50× 100/ })
      .waitFor();
    await tree(page)
      .getByRole("treeitem", { name: /^web new 100/ })
      .waitFor();
    const least = page.getByRole("slider", { name: "Least ms" });
    const largest = page.getByRole("slider", { name: "Largest ms" });
    await least.waitFor();
    await expect.poll(() => least.getAttribute("aria-valuetext")).toBe("from 0\u202fs, the least");
    await least.press("ArrowRight");
    await expect.poll(() => asked(page)).toBe("ms:>=50");
    await page.getByText("190 entries", { exact: true }).waitFor();
    // Its own terms aside: the handle can go back.
    await expect.poll(() => least.getAttribute("aria-valuetext")).toBe("from 50\u202fms");
    const box = await boxOf(largest);
    const plot = await boxOf(page.locator(".number-bars").first());
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width / 2, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => asked(page)).toBe("ms:[50 TO 500]");
    await page.getByText("91 entries", { exact: true }).waitFor();
    await largest.press("End");
    await expect.poll(() => asked(page)).toBe("ms:>=50");
    await page.goBack();
    await expect.poll(() => asked(page)).toBe("ms:[50 TO 500]");
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("all levels are listed, and where values are left out it says so without a pointer", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    const groupOf = (field: string): Locator =>
      tree(page)
        .locator(".facet")
        .filter({ has: page.locator("bdi", { hasText: new RegExp(`^${field}$`) }) });
    await expect
      .poll(() => groupOf("level").locator(".facet-value bdi").allTextContents())
      .toEqual(["fatal", "error", "warn", "info", "debug", "trace"]);
    expect(await groupOf("level").getByRole("treeitem", { name: "more" }).count()).toBe(0);
    const shelf = groupOf("shelf");
    const more = shelf.getByRole("treeitem", { name: "more" });
    const seen = (): Promise<string> =>
      page.evaluate(`[...document.querySelectorAll(".facet-foot .link")]
        .filter((one) => one.closest(".facet").textContent.startsWith("shelf"))
        .filter((one) => one.checkVisibility({ opacityProperty: true }))
        .map((one) => one.textContent).join(" ")`);
    await page.mouse.move(800, 5);
    await expect.poll(seen).toBe("more");
    // It stays where it is when the pointer comes.
    const { x, y } = await boxOf(more);
    await shelf.locator(".facet-value").first().hover();
    await expect.poll(seen).toBe("pin hide more");
    expect(await boxOf(more)).toMatchObject({ x, y });
    expect(faults).toEqual([]);
  });

  test("what is not among 50 values is found by how it begins", async () => {
    await using opened = await open("", "&fp=user");
    const { page, faults } = opened;
    const group = tree(page).locator(".facet").filter({ hasText: /^user/ });
    await group.getByRole("treeitem", { name: "more" }).click();
    await expect.poll(() => group.locator(".facet-value").count()).toBe(50);
    await group.getByLabel("Value to find").fill("user-19");
    await expect.poll(() => group.locator(".facet-value").count()).toBe(10);
    await group.getByRole("treeitem", { name: /^user-199/ }).click();
    await expect.poll(() => asked(page)).toBe("user:user-199");
    await page.getByText("1 entry", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a pinned field comes before all but level, service and host, and its counts leave its own terms out", async () => {
    await using opened = await open("zebra:z1");
    const { page, faults } = opened;
    const heads = (): Promise<string[]> => tree(page).locator(".facet-head bdi").allTextContents();
    const group = tree(page)
      .locator(".facet")
      .filter({ has: page.locator("bdi", { hasText: /^zebra$/ }) });
    await group.getByRole("treeitem", { name: /^z0 new 67/ }).waitFor();
    await group.getByRole("treeitem", { name: /^z1 new 67/, checked: true }).waitFor();
    await group.hover();
    await group.getByRole("treeitem", { name: "pin", exact: true }).click();
    await expect.poll(async () => (await heads()).indexOf("zebra")).toBe(3);
    expect(new URL(page.url()).searchParams.get("fp")).toBe("zebra");
    await group.getByRole("treeitem", { name: /^z2/ }).press("-");
    await expect.poll(() => asked(page)).toBe("zebra:z1 -zebra:z2");
    await group.getByRole("treeitem", { name: /z2.*excluded/ }).waitFor();
    await group.getByRole("treeitem", { name: /^z0/ }).click({ modifiers: ["Alt"] });
    await expect.poll(() => asked(page)).toBe("zebra:z0");
    expect(faults).toEqual([]);
  });

  test("a value that is asked for or left out is listed however rare, with its count", async () => {
    await using opened = await open('shelf:(rare "shelf 1")');
    const { page, faults } = opened;
    const group = tree(page)
      .locator(".facet")
      .filter({ has: page.locator("bdi", { hasText: /^shelf$/ }) });
    await group.getByRole("treeitem", { name: /^rare new 1|^rare 1/, checked: true }).waitFor();
    await group.getByRole("treeitem", { name: /^rare/ }).press("-");
    await expect.poll(() => asked(page)).toBe('shelf:"shelf 1" -shelf:rare');
    await group.getByRole("treeitem", { name: /^rare excluded/ }).waitFor();
    await page.goto(page.url().replace(/q=[^&]*/, "q=shelf%3Anowhere"));
    await group.getByRole("treeitem", { name: /^nowhere 0/, checked: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a field that the query names has a group, however few entries have it", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    const heads = (): Promise<string[]> => tree(page).locator(".facet-head bdi").allTextContents();
    expect(await heads()).not.toContain("coupon");
    const query = page.getByLabel("Query");
    await query.fill("(coupon:spring OR level:error)");
    await query.press("Enter");
    const value = tree(page).getByRole("treeitem", { name: /^spring/ });
    await value.waitFor();
    expect(await value.getAttribute("aria-checked")).toBe("false");
    await query.fill("coupon:spring");
    await query.press("Enter");
    await tree(page)
      .getByRole("treeitem", { name: /^spring.* 1/, checked: true })
      .waitFor();
    expect((await heads()).indexOf("coupon")).toBe(3);
    await value.click();
    await expect.poll(() => asked(page)).toBe("");
    await value.waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("a field can be hidden, and stays so in the address until all are shown", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    const group = tree(page)
      .locator(".facet")
      .filter({ has: page.locator("bdi", { hasText: /^zebra$/ }) });
    await group.waitFor();
    const head = group.locator(".facet-head");
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    await group.hover();
    await group.getByRole("treeitem", { name: "hide", exact: true }).click();
    await group.waitFor({ state: "detached" });
    await expect.poll(() => new URL(page.url()).searchParams.get("fh")).toBe("zebra");
    await page.reload();
    await page.getByText("1 field hidden").waitFor();
    await tree(page)
      .getByRole("treeitem", { name: /^error/ })
      .waitFor();
    expect(await group.count()).toBe(0);
    // What the query wants stays in sight.
    const query = page.getByLabel("Query");
    await query.fill("zebra:z0");
    await query.press("Enter");
    await group.getByRole("treeitem", { name: /^z0/, checked: true }).waitFor();
    await page.getByText("1 field hidden").waitFor({ state: "detached" });
    await query.fill("");
    await query.press("Enter");
    await group.waitFor({ state: "detached" });
    // Looked for, it is found.
    await page.getByLabel("Filter fields").fill("zeb");
    await group.waitFor();
    await page.getByLabel("Filter fields").fill("");
    await group.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Show all" }).click();
    await group.waitFor();
    expect(new URL(page.url()).searchParams.get("fh")).toBeNull();
    expect(faults).toEqual([]);
  });

  test("on a phone the sheet says how much is found, and leads back to it", async () => {
    await using opened = await open();
    const { page, faults } = opened;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("navigation", { name: "Views" }).getByText("Filters").click();
    await page.getByRole("button", { name: "Show 200 entries" }).waitFor();
    await tree(page)
      .getByRole("treeitem", { name: /^error/ })
      .click();
    await page.getByRole("button", { name: "Show 20 entries" }).click();
    await page.getByRole("button", { name: "Close the filters" }).waitFor({ state: "hidden" });
    expect(asked(page)).toBe("level:error");
    expect(faults).toEqual([]);
  });

  test("on a phone the terms that apply are chips, which go one by one or all at once", async () => {
    const query = "entry service:(web api) -zebra:z2 (zebra:z0 OR zebra:z1) | sort ms";
    await using opened = await open(query);
    const { page, faults } = opened;
    const views = page.getByRole("navigation", { name: "Views" });
    const chips = page.getByRole("list", { name: "Applied" });
    const remove = page.getByRole("button", { name: "Remove zebra is not z2" });
    // Beside the list the query is in sight.
    expect(await chips.count()).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await views.getByRole("button", { name: "Filters, 2 applied" }).click();
    await expect
      .poll(() => chips.getByRole("listitem").allInnerTexts())
      .toEqual(["service is web, api", "zebra is not z2"]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    const box = await boxOf(remove);
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await remove.click();
    const rest = "entry service:(web api) (zebra:z0 OR zebra:z1) | sort ms";
    await expect.poll(() => asked(page)).toBe(rest);
    await views.getByRole("button", { name: "Filters, 1 applied" }).waitFor();
    await page.goBack();
    await expect.poll(() => asked(page)).toBe(query);
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await expect.poll(() => asked(page)).toBe("entry (zebra:z0 OR zebra:z1) | sort ms");
    await chips.waitFor({ state: "detached" });
    await views.getByRole("button", { name: "Filters", exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("what is written in a group with OR stays as it was written", async () => {
    await using opened = await open("(service:web OR level:error)");
    const { page, faults } = opened;
    await tree(page).getByRole("treeitem", { name: /^info/ }).click();
    await expect.poll(() => asked(page)).toBe("(service:web OR level:error) level:info");
    expect(faults).toEqual([]);
  });
});
