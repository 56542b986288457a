/** Time in a real browser: the bars by pointer, finger and keys, the picker of ranges, and the rail beside the list. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { boxOf, chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { OWNER } from "../support/server-process.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

describe.skipIf(chromiumPath() === undefined)("time", () => {
  let world: PageWorld;
  /** A whole hour that has passed. */
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;

  beforeAll(async () => {
    world = await openWorld();
    const entries = [];
    for (let minute = 0; minute < 60; minute++) {
      const isBad = minute >= 40 && minute < 50;
      for (let i = 0; i < 10; i++)
        entries.push({
          time: new Date(startMs + minute * MINUTE_MS + i * 5000 + 500).toISOString(),
          message: `entry ${minute}-${i}`,
          level: isBad && i < 4 ? "LEVEL_ERROR" : "LEVEL_INFO",
          service: "web",
          attributes: { status: isBad && i < 4 ? 504 : 200 },
        });
    }
    await world.send(entries);
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
  const minuteOf = (text: string | null): number => (Date.parse(text ?? "") - startMs) / MINUTE_MS;
  async function open(more = ""): Promise<WatchedPage> {
    const tab = await world.open(
      `/a/shop/logs?from=${iso(startMs)}&to=${iso(startMs + HOUR_MS)}${more}`,
    );
    await ready(tab.page);
    return tab;
  }
  async function ready(page: Page): Promise<void> {
    await page.getByRole("status").getByText("Complete").waitFor();
    await page.getByRole("img", { name: /entries from/ }).waitFor();
  }
  const hand = (page: Page): Locator => page.getByRole("slider", { name: "Bar of the chart" });
  const param = (page: Page, name: string): string | null =>
    new URL(page.url()).searchParams.get(name);
  /** Where a minute is drawn; the bars fill the width from edge to edge. */
  async function placeOf(page: Page, minute: number): Promise<{ x: number; y: number }> {
    const box = await boxOf(hand(page));
    return { x: box.x + (box.width * minute) / 60, y: box.y + 40 };
  }
  async function drag(page: Page, from: number, to: number): Promise<void> {
    const [a, b] = [await placeOf(page, from), await placeOf(page, to)];
    await page.mouse.move(a.x, a.y);
    await page.mouse.down();
    await page.mouse.move((a.x + b.x) / 2, a.y, { steps: 3 });
    await page.mouse.move(b.x, b.y, { steps: 3 });
  }

  describe("the bars", () => {
    test("say under the pointer what they hold, and a click zooms to one", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      const tip = page.locator(".histogram-tip");
      const other = await placeOf(page, 20.25);
      await page.mouse.move(other.x, other.y);
      // What other bars have keeps its line: nothing in it moves from bar to bar.
      await tip.getByText("error 0", { exact: true }).waitFor();
      const at = await placeOf(page, 45.25);
      await page.mouse.move(at.x, at.y);
      await tip.getByText("error 4", { exact: true }).waitFor();
      await page.mouse.click(at.x, at.y);
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(45);
      expect(minuteOf(param(page, "to"))).toBe(45.5);
      await page.goBack();
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(0);
      // A range that begins within a bar has the end of it, and says so.
      const within = `from=${iso(startMs + 15_000)}&to=${iso(startMs + HOUR_MS)}`;
      await page.goto(`${world.server.url}/a/shop/logs?${within}`);
      await ready(page);
      await hand(page).press("Home");
      await page.getByText("its end: it began before this time").waitFor();
      expect(await hand(page).getAttribute("aria-valuetext")).toMatch(
        /^\d\d:00:15 to \d\d:00:30: info 3$/,
      );
      expect(faults).toEqual([]);
    });

    test("a drag says what it spans and zooms when it is released", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await drag(page, 40.2, 49.8);
      const tip = page.locator(".histogram-tip.band");
      await tip.waitFor();
      await expect
        .poll(() => tip.textContent())
        .toMatch(/:40:00 – \d\d:50:00.*10 min · 100.*release to zoom/);
      await page.mouse.up();
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(40);
      expect(minuteOf(param(page, "to"))).toBe(50);
      await page.getByText("100 entries", { exact: true }).waitFor();
      expect(faults).toEqual([]);
    });

    test("Escape lets a drag go, and a double click zooms out", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await drag(page, 10, 20);
      await page.locator(".histogram-tip.band").waitFor();
      await page.keyboard.press("Escape");
      await page.mouse.up();
      await page.locator(".histogram-tip.band").waitFor({ state: "detached" });
      expect(minuteOf(param(page, "from"))).toBe(0);
      const at = await placeOf(page, 30.5);
      await page.mouse.dblclick(at.x, at.y);
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(-30);
      expect(minuteOf(param(page, "to"))).toBe(90);
      // The two clicks of it are none of their own: Back is one step.
      await page.goBack();
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(0);
      expect(faults).toEqual([]);
    });

    test("Shift and a drag compare a slice, whose handles move, with the rest", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await page.keyboard.down("Shift");
      await drag(page, 40.2, 47.8);
      await page.getByText("release to compare").waitFor();
      await page.mouse.up();
      await page.keyboard.up("Shift");
      await expect
        .poll(() => param(page, "cmp"))
        .toBe(`${iso(startMs + 40 * MINUTE_MS)}..${iso(startMs + 48 * MINUTE_MS)}`);
      const column = page.getByRole("complementary", { name: "Fields" });
      await column.getByText("What is different").waitFor();
      // What is outside lies on both sides of it.
      await column.getByText("520", { exact: true }).waitFor();
      const status = column.getByRole("button", { name: /status:504/ });
      await expect.poll(() => status.textContent()).toMatch(/40.0 %.*1.5 %/);
      const end = page.getByRole("slider", { name: "End of the slice" });
      await end.focus();
      await page.keyboard.press("ArrowRight");
      await expect
        .poll(() => param(page, "cmp"))
        .toMatch(new RegExp(`\\.\\.${iso(startMs + 48.5 * MINUTE_MS)}$`));
      const box = await boxOf(end);
      const to = await placeOf(page, 50.1);
      await page.mouse.move(box.x + box.width / 2, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 5 });
      await page.mouse.up();
      await expect
        .poll(() => param(page, "cmp"))
        .toMatch(new RegExp(`\\.\\.${iso(startMs + 50 * MINUTE_MS)}$`));
      expect(await accessibilityFaults(page)).toEqual([]);
      await status.click();
      await expect.poll(() => param(page, "q")).toBe("status:504");
      await column.getByText("What is different").waitFor();
      // While the search runs it is what is nearest.
      const cmp = async (): Promise<string | null> => {
        await page.keyboard.press("Escape");
        return param(page, "cmp");
      };
      await expect.poll(cmp).toBe(null);
      expect(faults).toEqual([]);
    });

    test("by keys: bar by bar, a span with Shift, Enter zooms and z zooms out", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await hand(page).focus();
      await page.keyboard.press("Home");
      for (let i = 0; i < 80; i++) await page.keyboard.press("ArrowRight");
      await expect
        .poll(() => hand(page).getAttribute("aria-valuetext"))
        .toMatch(/:40 to .*: error 4, info 2/);
      await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.press("Shift+ArrowRight");
      await page.getByText("Enter to zoom, with Shift to compare").waitFor();
      await page.keyboard.press("Shift+ArrowLeft");
      await page.keyboard.press("Enter");
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(40);
      expect(minuteOf(param(page, "to"))).toBe(41);
      await page.keyboard.press("z");
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(39.5);
      expect(minuteOf(param(page, "to"))).toBe(41.5);
      expect(faults).toEqual([]);
    });

    test("are drawn on another scale, and so are few errors beside many entries", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await page.getByLabel("Scale of the chart").selectOption("log");
      await expect.poll(() => param(page, "y")).toBe("log");
      await page.getByLabel("Scale of the chart").selectOption("square root");
      await expect.poll(() => param(page, "y")).toBe("sqrt");
      expect(
        await page
          .getByRole("table", { name: "Entries by time and level" })
          .getByRole("row")
          .count(),
      ).toBeLessThanOrEqual(121);
      expect(faults).toEqual([]);
    });

    test("a finger that rests drags, and one that moves at once does not", async () => {
      // A person of their own, with a finger.
      const path = `/a/shop/logs?from=${iso(startMs)}&to=${iso(startMs + HOUR_MS)}`;
      await using opened = await world.enter(path, OWNER, {
        hasTouch: true,
        isMobile: true,
        viewport: { width: 390, height: 844 },
      });
      const { page, faults } = opened;
      await ready(page);
      const finger = await page.context().newCDPSession(page);
      const touch = (type: string, at?: { x: number; y: number }): Promise<unknown> =>
        finger.send(
          "Input.dispatchTouchEvent" as never,
          { type, touchPoints: at === undefined ? [] : [at] } as never,
        );
      type Point = { readonly x: number; readonly y: number };
      const slide = async (from: Point, to: Point): Promise<void> => {
        for (let i = 1; i <= 5; i++)
          await touch("touchMove", {
            x: from.x + ((to.x - from.x) * i) / 5,
            y: from.y + ((to.y - from.y) * i) / 5,
          });
      };
      const middleOf = async (place: Locator): Promise<Point> => {
        const { x, y, width, height } = await boxOf(place);
        return { x: x + width / 2, y: y + height / 2 };
      };
      const [a, b] = [await placeOf(page, 20.2), await placeOf(page, 39.5)];
      const way = [1, 2, 3, 4, 5].map((i) => ({ x: a.x + ((b.x - a.x) * i) / 5, y: a.y }));
      // At once: sent one by one, with answers between, a busy machine would take it for a finger that rests.
      await Promise.all([touch("touchStart", a), ...way.map((at) => touch("touchMove", at))]);
      await touch("touchEnd");
      expect(minuteOf(param(page, "from"))).toBe(0);
      await touch("touchStart", a);
      await page.getByText("release to zoom").waitFor();
      for (const at of way) await touch("touchMove", at);
      await page.getByText(/20 min · 200/).waitFor();
      await touch("touchEnd");
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(20);
      expect(minuteOf(param(page, "to"))).toBe(40);

      // Two taps zoom out, once: sent at once, as the second finger has to come within a quarter of a second.
      await ready(page);
      const tap = await middleOf(page.locator(".histogram-hand"));
      await Promise.all([
        touch("touchStart", tap),
        touch("touchEnd"),
        touch("touchStart", tap),
        touch("touchEnd"),
      ]);
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(10);
      expect(minuteOf(param(page, "to"))).toBe(50);
      await page.getByText("400 entries").first().waitFor();
      expect(minuteOf(param(page, "from"))).toBe(10);

      // The handles of a slice, and of the rail where there is room for it, need no rest.
      await page.setViewportSize({ width: 820, height: 1000 });
      await page.goto(
        `${world.server.url}/a/shop/logs?from=${iso(startMs)}&to=${iso(startMs + HOUR_MS)}&cmp=${iso(startMs + 10 * MINUTE_MS)}..${iso(startMs + 20 * MINUTE_MS)}`,
      );
      await ready(page);
      const end = page.getByRole("slider", { name: "End of the slice" });
      const [held, wanted] = [await middleOf(end), await placeOf(page, 30.1)];
      await touch("touchStart", held);
      await slide(held, { x: wanted.x, y: held.y });
      await touch("touchEnd");
      await expect
        .poll(() => param(page, "cmp"))
        .toMatch(new RegExp(`\\.\\.${iso(startMs + 30 * MINUTE_MS)}$`));
      const track = await boxOf(page.getByRole("slider", { name: "Time of the list" }));
      const thumb = { x: track.x + track.width / 2, y: track.y + 4 };
      await touch("touchStart", thumb);
      await slide(thumb, { x: thumb.x, y: track.y + track.height / 2 });
      await touch("touchEnd");
      await expect.poll(() => page.getByText(/^entry (29|30)-\d$/).count()).toBeGreaterThan(0);
      expect(faults).toEqual([]);
    });
  });

  describe("the picker", () => {
    const field = (page: Page): Locator => page.getByLabel("Range of time");

    test("takes presets by their keys, says what it understood, and as of when", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await page.keyboard.press("d");
      await field(page).press("3");
      await expect.poll(() => param(page, "from")).toBe(null);
      await page
        .getByText("600 entries", { exact: true })
        .or(page.getByText(/entr(y|ies)$/))
        .first()
        .waitFor();
      await page.keyboard.press("d");
      await page.getByText(/to now, as of \d\d:\d\d:\d\d$/).waitFor();
      await field(page).fill("2026-11-20T14:02:31.118451Z");
      await page.getByText("20 Nov 13:57:31 – 14:07:31 UTC").waitFor();
      // Nothing is taken before Enter.
      expect(param(page, "from")).toBe(null);
      await field(page).fill("yesterday 14:00 to 14:30");
      await field(page).press("Enter");
      await expect.poll(() => param(page, "from")).toMatch(/T14:00:00Z$/);
      expect(param(page, "to")).toMatch(/T14:30:00Z$/);
      // It opens within the screen, although what it shows is loaded then.
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole("button", { name: /time range$/ }).click();
      await field(page).waitFor();
      await expect
        .poll(async () => {
          const box = await page.locator(".popover:popover-open").boundingBox();
          return box === null ? 0 : box.x + box.width;
        })
        .toBeLessThanOrEqual(390);
      expect(faults).toEqual([]);
    });

    test("days are chosen in the calendar by keys, several with Shift", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      const today = new Date(Date.now()).toISOString().slice(0, 10);
      const day = (days: number): string =>
        iso(Date.parse(`${today}T00:00:00Z`) + days * 24 * HOUR_MS);
      await page.keyboard.press("d");
      const grid = page.getByRole("grid", { name: "Days" });
      await grid.locator('[tabindex="0"]').focus();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await expect.poll(() => param(page, "from")).toBe(day(-7));
      expect(param(page, "to")).toBe(day(-6));
      await grid.waitFor({ state: "detached" });
      await page.keyboard.press("d");
      await grid.locator('[tabindex="0"]').focus();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Shift+ArrowLeft");
      await page.keyboard.press("Shift+ArrowLeft");
      await expect.poll(() => grid.locator('[aria-selected="true"]').count()).toBe(3);
      await page.keyboard.press("Enter");
      await expect.poll(() => param(page, "from")).toBe(day(-3));
      expect(param(page, "to")).toBe(day(0));
      await page.goBack();
      await expect.poll(() => param(page, "from")).toBe(day(-7));
      expect(faults).toEqual([]);
    });

    test("the zone is UTC, the reader's, or another, in which days and times are read", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await page.keyboard.press("d");
      await page.getByRole("button", { name: "Other…" }).click();
      await page.getByLabel("Name of the zone").fill("Europe/Nowhere");
      await page.getByText("There is no zone of this name").waitFor();
      await page.getByLabel("Name of the zone").fill("Asia/Kolkata");
      await page.getByLabel("Name of the zone").press("Enter");
      await expect.poll(() => param(page, "tz")).toBe("Asia/Kolkata");
      await field(page).fill("2026-11-20 14:00 to 14:30");
      await page.getByText("20 Nov 14:00 – 14:30 Asia/Kolkata").waitFor();
      await field(page).press("Enter");
      await expect.poll(() => param(page, "from")).toBe("2026-11-20T08:30:00Z");
      expect(faults).toEqual([]);
    });

    test("windows shift by [ and ], z zooms out, and Back unwinds", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      await page.keyboard.press("[");
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(-60);
      await page.keyboard.press("z");
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(-90);
      await page.getByRole("button", { name: "Later by one window" }).click();
      await expect.poll(() => minuteOf(param(page, "from"))).toBe(30);
      for (const minute of [-90, -60, 0]) {
        await page.goBack();
        await expect.poll(() => minuteOf(param(page, "from"))).toBe(minute);
      }
      // What ends at the present goes no further.
      await page.goto(`${world.server.url}/a/shop/logs`);
      await page.getByRole("status").getByText("Complete").waitFor();
      await page.keyboard.press("]");
      await page.keyboard.press("z");
      await expect.poll(() => param(page, "from")).toBe("-2h");
      expect(param(page, "to")).toBe(null);
      expect(faults).toEqual([]);
    });
  });

  describe("the rail", () => {
    const rail = (page: Page): Locator => page.getByRole("slider", { name: "Time of the list" });
    const firstRow = (page: Page): Promise<string | null> =>
      page.getByRole("grid", { name: "Entries" }).locator(".line").first().textContent();

    test("a drag says the time under the thumb and reads where it rests, once", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      let reads = 0;
      page.on("request", (request) => {
        if (request.url().endsWith("/LogService/Query")) reads++;
      });
      const box = await boxOf(rail(page));
      const x = box.x + box.width - 6;
      await page.mouse.move(x, box.y + 4);
      await page.mouse.down();
      await page.mouse.move(x, box.y + box.height / 2, { steps: 8 });
      await page
        .locator(".rail-time")
        .getByText(/^\d\d:(29|30):\d\d$/)
        .waitFor();
      await expect.poll(() => page.getByText(/^entry (29|30)-\d$/).count()).toBeGreaterThan(0);
      await page.mouse.up();
      await page.locator(".rail-time").waitFor({ state: "detached" });
      await expect
        .poll(() => rail(page).getAttribute("aria-valuetext"))
        .toMatch(/^\d\d:(29|30):\d\d$/);
      expect(reads).toBeLessThanOrEqual(2);
      expect(faults).toEqual([]);
    });

    test("a click jumps, keys page and go to the ends, the wheel scrolls the list", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      const box = await boxOf(rail(page));
      await page.mouse.click(box.x + box.width - 6, box.y + box.height * 0.75);
      await expect.poll(() => page.getByText(/^entry (14|15)-\d$/).count()).toBeGreaterThan(0);
      await page.keyboard.press("Home");
      await expect.poll(() => firstRow(page)).toMatch(/entry 59-9/);
      await expect.poll(() => rail(page).getAttribute("aria-valuetext")).toMatch(/:59:\d\d$/);
      // What is being read begins the list anew: a page that was turned meanwhile is turned again.
      const turned = async (key: string): Promise<string | null> => {
        await page.keyboard.press(key);
        return rail(page).getAttribute("aria-valuetext");
      };
      await expect.poll(() => turned("PageDown")).not.toMatch(/:59:\d\d$/);
      await expect.poll(() => turned("PageUp")).toMatch(/:59:\d\d$/);
      // Under the bars a mark says where the list stands.
      const mark = (): Promise<{ left: number; right: number }> =>
        page.evaluate(`(() => {
          const plot = document.querySelector(".histogram-hand").getBoundingClientRect();
          const { left, right } = document.querySelector(".histogram-view").getBoundingClientRect();
          return { left: (left - plot.left) / plot.width, right: (right - plot.left) / plot.width };
        })()`);
      await page.keyboard.press("End");
      await expect
        .poll(() => page.getByText("entry 0-0", { exact: true }).count())
        .toBeGreaterThan(0);
      await expect.poll(async () => (await mark()).left).toBeLessThan(0.05);
      await page.keyboard.press("Home");
      await expect.poll(() => firstRow(page)).toMatch(/entry 59-9/);
      await expect.poll(async () => (await mark()).right).toBeGreaterThan(0.95);
      await rail(page).hover();
      await page.mouse.wheel(0, 1200);
      await expect.poll(() => rail(page).getAttribute("aria-valuetext")).not.toMatch(/:59:\d\d$/);
      expect(faults).toEqual([]);
    });
  });

  describe("the summary", () => {
    test("says errors, their share, and what is unusual of them", async () => {
      const sent = { time: iso(startMs - 30 * MINUTE_MS), message: "before" };
      const others = Array.from({ length: 29 }, () => sent);
      await world.send([{ ...sent, level: "LEVEL_ERROR" }, ...others]);
      await using opened = await open();
      const { page, faults } = opened;
      await expect
        .poll(() => page.locator(".summary p").textContent())
        .toBe("600 entries of which 40 errors 6.7 %, 40× the hour before");
      expect(faults).toEqual([]);
    });

    test("levels are hidden and shown, or left alone with Alt, by the query", async () => {
      await using opened = await open();
      const { page, faults } = opened;
      const level = (name: string): Locator =>
        page.getByRole("group", { name: "Levels" }).getByRole("button", { name });
      await level("info").click();
      await expect.poll(() => param(page, "q")).toBe("-level:info");
      await page.getByText("40 entries", { exact: true }).waitFor();
      expect(await level("info").getAttribute("aria-pressed")).toBe("false");
      await level("info").click();
      await expect.poll(() => param(page, "q")).toBe(null);
      await level("error").focus();
      await page.keyboard.press("Alt+Space");
      await expect.poll(() => param(page, "q")).toBe("level:error");
      await level("info").click();
      await expect.poll(() => param(page, "q")).toBe("level:(error info)");
      expect(faults).toEqual([]);
    });
  });
});
