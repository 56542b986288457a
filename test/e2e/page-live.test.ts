/** The live tail in a real browser: what holds it, what it draws, what it does when it is cut off. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boxOf, chromiumPath, openPage, type WatchedPage } from "../support/browser.ts";
import { drawnNodes } from "../support/drawn-nodes.ts";
import { openWorld, type PageWorld, signIn } from "../support/page-world.ts";
import { startProxy } from "../support/prefix-proxy.ts";

const BATCH = 100;
/** Of what may have come before a tail; rows are asked for in other numbers. */
const MOST_REPLAYED = 2000;

/** In the page: where a row stands in each frame, and when rows were drawn. */
const WATCH = `(id) => {
  const seen = (window.seen = { tops: new Set(), frames: 0, drawnMs: [] });
  const look = () => {
    const row = document.querySelector('[data-id="' + id + '"]');
    seen.tops.add(row === null ? "gone" : row.getBoundingClientRect().top);
    seen.frames++;
    requestAnimationFrame(look);
  };
  look();
  const ids = () => [...document.querySelectorAll(".rows .line")].map((line) => line.dataset.id).join();
  let last = ids();
  new MutationObserver(() => {
    const now = ids();
    if (now !== last) seen.drawnMs.push(performance.now());
    last = now;
  }).observe(document.querySelector(".rows-all"), { subtree: true, childList: true, attributeFilter: ["data-id"] });
}`;

/** Where a row does not begin at the end of the one above it. */
const GAPS = `(() => {
  const boxes = [...document.querySelectorAll(".rows .item")]
    .map((item) => item.getBoundingClientRect())
    .sort((a, b) => a.top - b.top);
  return boxes.slice(1).flatMap(({ top }, at) =>
    Math.abs(top - boxes[at].bottom) < 1 ? [] : [[boxes[at].bottom, top]]);
})()`;

interface Seen {
  readonly tops: readonly (number | string)[];
  readonly frames: number;
  readonly drawnMs: readonly number[];
}

describe.skipIf(chromiumPath() === undefined)("the live tail", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const send = (service: string, count: number, from = 0): Promise<void> =>
    world.send(
      Array.from({ length: count }, (_, n) => ({ message: `entry ${from + n} of it`, service })),
    );
  /** Sends at a rate, as evenly as the machine lets it. */
  async function flood(service: string, perSecond: number, seconds: number): Promise<void> {
    const startMs = performance.now();
    for (let sent = 0; sent < perSecond * seconds; sent += BATCH) {
      await sleep(Math.max(0, startMs + (sent / perSecond) * 1000 - performance.now()));
      await send(service, BATCH, sent);
    }
  }
  const rows = (page: Page): Locator =>
    page.getByRole("grid", { name: "Entries" }).locator(".line");
  const pill = (page: Page, text: string | RegExp): Locator =>
    page.getByRole("button", { name: text });
  const status = (page: Page): Locator => page.getByRole("status");
  /** A tab that follows a service of its own, whose entries are there. */
  async function follow(service: string, count: number, more = ""): Promise<WatchedPage> {
    if (count > 0) await send(service, count, 1_000_000);
    const tab = await world.open(`/a/shop/logs?q=service:${service}&live=1${more}`);
    await status(tab.page).getByText("Live", { exact: true }).waitFor();
    if (count > 0) await tab.page.getByText(`${count.toLocaleString()} entries`).waitFor();
    return tab;
  }
  async function watch(page: Page, row: Locator): Promise<void> {
    // The wheel scrolls on for a while.
    await boxOf(row);
    const id = await row.getAttribute("data-id");
    await page.evaluate(`(${WATCH})(${JSON.stringify(id)})`);
  }
  const seen = (page: Page): Promise<Seen> =>
    page.evaluate("({ ...window.seen, tops: [...window.seen.tops] })");
  /** Away from the rows, where it holds nothing. */
  const leave = (page: Page): Promise<void> => page.mouse.move(300, 10);
  const scrollAway = async (page: Page): Promise<void> => {
    await rows(page).first().hover();
    await page.mouse.wheel(0, 960);
    await page
      .getByText(/entry 10002\d\d of it/)
      .first()
      .waitFor();
    await leave(page);
  };

  test("a thousand entries a second for ten seconds do not move a row that is read", async () => {
    await using opened = await follow("flood", 300);
    const { page, faults } = opened;
    await scrollAway(page);
    await watch(page, rows(page).nth(20));
    await flood("flood", 1000, 10);
    await pill(page, /^10,000 new held while you read further on/).waitFor();
    const { tops, frames } = await seen(page);
    expect(tops).toHaveLength(1);
    expect(tops).not.toEqual(["gone"]);
    expect(frames).toBeGreaterThan(30);
    // One more is counted, and waits nowhere.
    await send("flood", 1, 10_000);
    await pill(page, /^10,000\+ new/).waitFor();
    await page.keyboard.press("n");
    await page.getByText("entry 10000 of it").waitFor();
    await page.getByText("10,301 entries").first().waitFor();
    await send("flood", 1, 10_001);
    await page.getByText("entry 10001 of it").waitFor();
    expect(faults).toEqual([]);
  }, 90_000);

  test("above what can be read every k-th is drawn, ten times a second at most, and all are counted", async () => {
    await using opened = await follow("many", 50);
    const { page, faults } = opened;
    await leave(page);
    await watch(page, rows(page).first());
    const sending = flood("many", 1000, 5);
    await status(page)
      .getByText(/^[\d,]+ per second, 1 in \d+\.\d shown$/)
      .waitFor();
    await sending;
    await page.getByText("5,050 entries").first().waitFor();
    await status(page)
      .getByText(/not shown/)
      .waitFor();
    const { drawnMs } = await seen(page);
    expect(drawnMs.length).toBeGreaterThan(5);
    for (const [at, ms] of drawnMs.entries())
      expect(drawnMs.slice(at).filter((other) => other < ms + 1000).length).toBeLessThanOrEqual(11);
    // What was left out is read when it is wanted.
    await status(page).getByRole("button", { name: "Load" }).click();
    await status(page)
      .getByText(/not shown/)
      .waitFor({ state: "detached" });
    await page.getByText("entry 4999 of it").waitFor();
    await page.getByText("entry 4998 of it").waitFor();
    expect(faults).toEqual([]);
  }, 90_000);

  test.each([
    {
      name: "a row that is open",
      reason: "a row is open",
      take: async (page: Page) => {
        await rows(page).nth(2).click();
        await page.getByRole("button", { name: "Include service" }).waitFor();
      },
    },
    {
      name: "the panel",
      reason: "the panel is open",
      take: async (page: Page) => {
        await rows(page).nth(2).press("Enter");
        await page.getByRole("tab", { name: /^Fields/ }).waitFor();
      },
    },
    {
      name: "selected text",
      reason: "text is selected",
      take: async (page: Page) =>
        page.evaluate(
          `getSelection().selectAllChildren(document.querySelectorAll(".line .text")[2])`,
        ),
    },
    {
      name: "the keyboard on a row",
      reason: "the keyboard is on a row",
      take: async (page: Page) => {
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        await page.locator(".line:focus").waitFor();
      },
    },
    { name: "a place further on", reason: "you read further on", take: scrollAway },
  ])("$name holds what comes, until it is asked for", async ({ name, reason, take }) => {
    const service = name.replaceAll(" ", "-");
    await using opened = await follow(service, 300);
    const { page, faults } = opened;
    await take(page);
    await leave(page);
    await watch(page, rows(page).nth(15));
    await flood(service, 1000, 1);
    await pill(page, `1,000 new held while ${reason}`).waitFor();
    expect((await seen(page)).tops).toHaveLength(1);
    // All in, to the edge, and on with what comes next.
    await page.keyboard.press("n");
    await page.getByText("entry 999 of it").waitFor();
    await pill(page, / new/).waitFor({ state: "detached" });
    await send(service, 1, 5000);
    await page.getByText("entry 5000 of it").waitFor();
    expect(faults).toEqual([]);
  });

  test("a pointer that moves over the rows holds them for two seconds", async () => {
    await using opened = await follow("pointed", 60);
    const { page } = opened;
    await watch(page, rows(page).nth(5));
    await rows(page).nth(5).hover();
    // It moves while they are sent: two seconds are soon over on a busy machine.
    const sending = send("pointed", 10);
    let moves = 0;
    const held = pill(page, "10 new held while the pointer moves over the rows");
    await expect
      .poll(async () => {
        await page.mouse.move(600 + (moves++ % 2), 500);
        return held.count();
      })
      .toBe(1);
    await sending;
    expect((await seen(page)).tops).toHaveLength(1);
    // It rests: what waits comes in by itself.
    await page.getByText("entry 9 of it").waitFor();
    expect(await held.count()).toBe(0);
  });

  test("Shift+N lets all in, and the list stays where it is", async () => {
    await using opened = await follow("staying", 300);
    const { page, faults } = opened;
    await scrollAway(page);
    await watch(page, rows(page).nth(20));
    await send("staying", 50);
    await pill(page, /^50 new/).waitFor();
    await page.keyboard.press("Shift+N");
    await pill(page, / new/).waitFor({ state: "detached" });
    await status(page).getByText("250 loaded").waitFor();
    expect((await seen(page)).tops).toHaveLength(1);
    await page.getByRole("grid", { name: "Entries" }).press("Home");
    await page.getByText("entry 49 of it").waitFor();
    expect(faults).toEqual([]);
  });

  test("oldest first all of it is at the bottom", async () => {
    await using opened = await follow("rising", 300, "&order=asc");
    const { page, faults } = opened;
    const last = (text: string): Promise<void> =>
      expect.poll(() => rows(page).last().textContent()).toContain(text);
    await page.getByText("entry 1000299 of it").waitFor();
    await send("rising", 40);
    await page.getByText("entry 39 of it").waitFor();
    await last("entry 39 of it");
    await rows(page).last().hover();
    await page.mouse.wheel(0, -700);
    await page.getByText("entry 1000290 of it").waitFor();
    await leave(page);
    await watch(page, rows(page).nth(20));
    await send("rising", 30, 100);
    await pill(page, "30 new held while you read further on").waitFor();
    expect((await seen(page)).tops).toHaveLength(1);
    await page.keyboard.press("Shift+N");
    await pill(page, / new/).waitFor({ state: "detached" });
    expect((await seen(page)).tops).toHaveLength(1);
    await send("rising", 5, 200);
    await pill(page, /^5 new/).click();
    await page.getByText("entry 204 of it").waitFor();
    await leave(page);
    await send("rising", 1, 300);
    await page.getByText("entry 300 of it").waitFor();
    expect(faults).toEqual([]);
  });

  test("rows that wrap stand one below the other, each as high as it is, while others come before them", async () => {
    // Of three lines, of one, and of two: none has the height of the one that is drawn in its place next.
    const sendWraps = (from: number, count: number): Promise<void> =>
      world.send(
        Array.from({ length: count }, (_, n) => ({
          message: `entry ${from + n} of it${"\nand on".repeat(((from + n) * 2) % 3)}`,
          service: "wraps",
        })),
      );
    await sendWraps(0, 40);
    await using opened = await world.open("/a/shop/logs?q=service:wraps&live=1&wrap=1");
    const { page, faults } = opened;
    await status(page).getByText("Live", { exact: true }).waitFor();
    await rows(page).getByText("entry 39 of it").waitFor();
    await leave(page);
    for (const from of [40, 41, 43, 100]) {
      const count = from === 100 ? 60 : 1 + (from % 2);
      await sendWraps(from, count);
      await rows(page)
        .getByText(`entry ${from + count - 1} of it`)
        .waitFor();
      await expect.poll(() => page.evaluate(GAPS)).toEqual([]);
    }
    expect(faults).toEqual([]);
  });

  test("a row that is open and no longer listed holds nothing", async () => {
    await using opened = await follow("listed", 50);
    const { page } = opened;
    await leave(page);
    await rows(page).first().press("e");
    await page.getByRole("button", { name: "Include service" }).waitFor();
    await send("listed", 300);
    await pill(page, /^300 new held while a row is open/).waitFor();
    await page.keyboard.press("r");
    await page.getByText("entry 299 of it").waitFor();
    await page.evaluate("document.activeElement.blur()");
    await send("listed", 1, 300);
    await page.getByText("entry 300 of it").waitFor();
  });

  test("what was drawn before is let go", async () => {
    await using opened = await follow("letgo", 300);
    const { page } = opened;
    await leave(page);
    const drawings = async (from: number, count: number): Promise<number> => {
      for (let at = from; at < from + count; at++) {
        await send("letgo", 1, at);
        await page.getByText(`entry ${at} of it`).waitFor();
      }
      return drawnNodes(page);
    };
    const before = await drawings(0, 5);
    expect(before).toBeGreaterThan(500);
    expect(await drawings(5, 25)).toBeLessThan(before * 1.5);
  }, 60_000);

  test("the chart's last bar grows with what comes", async () => {
    await using opened = await follow("growing", 20);
    const { page } = opened;
    // Nothing is read anew: what came by the tail alone makes it grow.
    await page.route(/LogService\/GetHistogram$/, (route) => route.abort());
    await send("growing", 7);
    await page.getByRole("img", { name: /^27 entries from/ }).waitFor();
    // It is not over yet, and says so where it is pointed at.
    await page.getByRole("slider", { name: "Bar of the chart" }).press("End");
    await page.locator(".histogram-tip").getByText("so far: it is not over yet").waitFor();
  });

  test("fields and patterns are brought up to date while rows are followed, each in its place", async () => {
    // Of a field of their own: of services only the most frequent are listed.
    const sendGreen = (count: number): Promise<void> =>
      world.send(
        Array.from({ length: count }, (_, n) => ({
          message: `entry ${n} of it`,
          service: "fresh",
          attributes: { shade: "green" },
        })),
      );
    await sendGreen(20);
    await using opened = await follow("fresh", 0, "&fp=shade");
    const { page, faults } = opened;
    await page.clock.install();
    await page.reload();
    await page.getByRole("treeitem", { name: /^green 20/ }).waitFor();
    await sendGreen(5);
    await page.clock.fastForward(10_000);
    await page.getByRole("treeitem", { name: /^green 25/ }).waitFor();
    await page.keyboard.press("2");
    const shapes = page.getByRole("treegrid", { name: "Patterns" }).locator(".pattern");
    await shapes.filter({ hasText: /^25/ }).waitFor();
    await world.send(
      Array.from({ length: 40 }, (_, n) => ({ message: `another ${n}`, service: "fresh" })),
    );
    await page.clock.fastForward(10_000);
    await expect.poll(() => shapes.count()).toBe(2);
    expect(await shapes.first().textContent()).toMatch(/^25.*entry/);
    expect(await shapes.nth(1).textContent()).toMatch(/^40.*another/);
    expect(faults).toEqual([]);
  });

  describe("in a tab that is hidden", () => {
    /** The browser of the tests shows every tab: this one says that it is hidden. */
    const show = (page: Page, isShown: boolean): Promise<void> =>
      page.evaluate(`{
        Object.defineProperty(document, "visibilityState", { configurable: true, value: "${isShown ? "visible" : "hidden"}" });
        document.dispatchEvent(new Event("visibilitychange"));
      }`);
    async function hideForLong(page: Page): Promise<void> {
      await page.clock.install();
      await show(page, false);
      await page.clock.fastForward(61_000);
    }
    const tails = (page: Page): { readonly open: string[] } => {
      const open: string[] = [];
      page.on("request", (request) => {
        if (request.url().includes("/api/v1/tail"))
          open.push(request.headers()["last-event-id"] ?? "");
      });
      return { open };
    };

    test("the stream is kept for a minute, closed then, and resumed without a gap", async () => {
      await using opened = await follow("hidden", 20);
      const { page, faults } = opened;
      const { open } = tails(page);
      await page.clock.install();
      await show(page, false);
      // Half a minute without a word would be taken for a cut.
      for (const n of [1, 2]) {
        await page.clock.fastForward(25_000);
        await send("hidden", 1, n);
        await page.getByText(`entry ${n} of it`).waitFor();
      }
      await page.clock.fastForward(20_000);
      await status(page).getByText("Reconnecting").waitFor();
      await send("hidden", 30, 100);
      expect(open).toEqual([]);
      await show(page, true);
      await page.getByText("entry 129 of it").waitFor();
      await page.getByText("52 entries").first().waitFor();
      expect(open).toHaveLength(1);
      expect(open[0]).toMatch(/^\d+-\d+$/);
      await status(page).getByText("52 loaded").waitFor();
      expect(faults).toEqual([]);
    });

    test("what is too much to be replayed is counted in its place, and loaded when wanted", async () => {
      await using opened = await follow("away", 20);
      const { page, faults } = opened;
      await hideForLong(page);
      await status(page).getByText("Reconnecting").waitFor();
      await page.clock.fastForward(10_000);
      await send("away", 2310);
      await show(page, true);
      const gap = page.getByRole("row").filter({ hasText: "2,310 entries arrived while away." });
      await gap.waitFor();
      await send("away", 3, 9000);
      await page.getByText("entry 9002 of it").waitFor();
      // Between what came before and after.
      const texts = await page.locator(".item").allTextContents();
      expect(texts[2]).toContain("entry 9000 of it");
      expect(texts[3]).toContain("2,310 entries arrived while away.");
      expect(texts[3]).toContain("entry 1000019 of it");
      await gap.getByRole("button", { name: "Load" }).click();
      await page.getByText("entry 2309 of it").waitFor();
      await gap.waitFor({ state: "detached" });
      expect(faults).toEqual([]);
    });
  });

  test("a stream that is lost is opened again by itself, and nothing is missing or doubled", async () => {
    await using proxy = await startProxy("");
    proxy.target = world.server.url;
    await send("lost", 20);
    const dora = await world.join("Dora", "viewer");
    await using opened = await openPage(world.browser);
    const { page } = opened;
    // What may have come before the tail is asked for, and cut off from, too.
    let catchUps = 0;
    const held = Promise.withResolvers<Route>();
    await page.route("**/argus.v1.LogService/Query", (route) => {
      const { limit } = route.request().postDataJSON() as { readonly limit: number };
      return limit === MOST_REPLAYED && ++catchUps === 1 ? held.resolve(route) : route.continue();
    });
    await page.goto(`${proxy.url}/a/shop/logs?q=service:lost&live=1`);
    await signIn(page, dora);
    await status(page).getByText("Live", { exact: true }).waitFor();
    await page.getByText("20 entries").waitFor();
    await send("lost", 1, 50);
    await page.getByText("21 entries").first().waitFor();
    await leave(page);
    const before = await boxOf(rows(page).first());
    const asked = await held.promise;
    proxy.target = "http://127.0.0.1:1";
    proxy.cut();
    await status(page)
      .getByText(/^Reconnecting, \d+ s/)
      .waitFor();
    // Nobody asks again at once after such an answer.
    await asked.fulfill({ status: 500, json: { code: "internal", msg: "no" } });
    await page.getByText("Not connected.").waitFor();
    expect(await rows(page).first().boundingBox()).toEqual(before);
    await send("lost", 5, 100);
    proxy.target = world.server.url;
    await status(page).getByText("Live", { exact: true }).waitFor();
    await page.getByText("entry 104 of it").waitFor();
    await status(page).getByText("26 loaded").waitFor();
    await page.getByText("26 entries").first().waitFor();
    await expect.poll(() => catchUps).toBe(2);
    expect(await page.getByText("Entries may be missing").count()).toBe(0);
  });
});
