/** The page by keys alone, and for who reads it enlarged, in other colours, without motion, or by ear. In a real browser. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage } from "../support/browser.ts";
import { inPage } from "../support/in-page.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";
import { OWNER } from "../support/server-process.ts";

/** As a row is spoken. */
const ROW = /^error, \d\d:\d\d:\d\d, barn, needle in the hay, 1 of 1$/;

describe.skipIf(chromiumPath() === undefined)("the page by keys alone", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.send([
      ...sampleLogs(60, 11, Date.now() - 60_000, 900).map(sampleJson),
      { message: "needle in the hay", level: "LEVEL_ERROR", service: "barn" },
    ]);
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const found = (page: Page): Promise<void> =>
    page.getByRole("status").getByText("Complete").waitFor();
  const asked = (page: Page, name: string): string =>
    new URL(page.url()).searchParams.get(name) ?? "";
  const focused = (page: Page): Promise<string> =>
    page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''");
  /** Presses Tab until something of that name has the focus; each stop on the way shows that it has it. */
  const tabTo = async (page: Page, name: RegExp): Promise<void> => {
    for (let stop = 0; stop < 60; stop++) {
      const at = await page.evaluate<{ name: string; ring: number }>(
        `(() => { const one = document.activeElement; const shown = one.closest(".query-box") ?? (one.matches(".segmented input") ? one.nextElementSibling : one);
          const { outlineStyle, outlineWidth } = getComputedStyle(shown);
          return { name: (one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent ?? "").trim(),
            ring: one === document.body ? 2 : outlineStyle === "none" ? 0 : parseFloat(outlineWidth) }; })()`,
      );
      expect(at.ring, `the ring of “${at.name}”`).toBeGreaterThanOrEqual(2);
      if (name.test(at.name)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}`);
  };

  test("what is open in the JSON of an entry is open in that of the next one", async () => {
    await using opened = await world.open("/a/shop/logs?q=-service:barn");
    const { page, faults } = opened;
    await found(page);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: /^Fields/ }).waitFor();
    await page.keyboard.press(".");
    const body = page.getByRole("tabpanel", { name: "JSON" });
    const branch = body
      .locator("details details")
      .filter({ hasText: /^attributes/ })
      .first();
    await branch.locator("summary").first().click();
    const lines = branch.locator("li");
    await lines.first().waitFor();
    const first = await body.textContent();
    // From the summary, which has the focus now, keys go on to the list.
    for (const [key, position] of [
      ["j", /^2 of/],
      ["j", /^3 of/],
      ["k", /^2 of/],
    ] as const) {
      await page.keyboard.press(key);
      await page.locator(".panel .position").getByText(position).waitFor();
      await lines.first().waitFor();
    }
    expect(await body.textContent()).not.toBe(first);
    await branch.locator("summary").first().click();
    await lines.first().waitFor({ state: "detached" });
    await page.keyboard.press("k");
    await page.locator(".panel .position").getByText(/^1 of/).waitFor();
    expect(await lines.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("from signing in to an entry, its context, the tail, and back", async () => {
    await using opened = await openPage(world.browser);
    const { page, faults } = opened;
    await page.goto(`${world.server.url}/a/shop/logs`);
    await page.getByLabel("Email").waitFor();
    await page.keyboard.type(OWNER.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(OWNER.password);
    await page.keyboard.press("Enter");
    await found(page);
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry", { exact: true }).waitFor();
    // While the search runs it is what Escape ends first.
    await page.locator('.found[aria-busy="false"]').waitFor();
    await found(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await expect.poll(() => focused(page)).toMatch(ROW);
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: /^Fields/ }).waitFor();
    await page.keyboard.press(".");
    await page.getByRole("tab", { name: "JSON", selected: true }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toMatch(ROW);
    await page.keyboard.press("c");
    await page.getByText("Context: barn").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Context: barn").waitFor({ state: "detached" });
    await page.keyboard.press("l");
    await page.getByRole("status").getByText("Live").waitFor();
    await page.keyboard.press("l");
    await expect.poll(() => asked(page, "live")).toBe("");
    await page.keyboard.press("z");
    await expect.poll(() => asked(page, "from")).not.toBe("");
    await page.goBack();
    await expect.poll(() => asked(page, "from")).toBe("");
    expect(faults).toEqual([]);
  });

  test("every key that ? lists does what it says", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await found(page);
    const press = (keys: string): Promise<void> => page.keyboard.press(keys);
    const chord = async (first: string, second: string): Promise<void> => {
      await press(first);
      await press(second);
    };
    /** No search runs, and none is about to. */
    const still = (): Promise<void> =>
      page.evaluate(`new Promise((done) => {
        let frames = 0;
        const look = () => {
          const isBusy = document.querySelector(".found")?.getAttribute("aria-busy") !== "false";
          frames = isBusy ? 0 : frames + 1;
          if (frames > 5) done();
          else requestAnimationFrame(look);
        };
        look();
      })`);
    /** Presses, waits for what the address then says, and goes back. */
    const moves = async (keys: string, name: string, says: RegExp): Promise<void> => {
      await press(keys);
      await expect.poll(() => asked(page, name)).toMatch(says);
      await page.goBack();
      await expect.poll(() => asked(page, name)).toBe("");
      await still();
    };
    /** What is turned is turned back by the same key. */
    const turns = async (keys: string, name: string, says: RegExp): Promise<void> => {
      await press(keys);
      await expect.poll(() => asked(page, name)).toMatch(says);
      await press(keys);
      await expect.poll(() => asked(page, name)).not.toMatch(says);
    };
    const row = page.getByRole("grid", { name: "Entries" }).locator(".line");
    const opensRow = async (): Promise<void> => {
      await press("e");
      await page.getByRole("button", { name: "Include service" }).focus();
    };
    const arrives = async (): Promise<void> => {
      await world.send([{ message: "late", service: "barn" }]);
      await page.getByRole("button", { name: /^1 new/ }).waitFor();
    };
    const dialog = async (keys: string, name: string): Promise<void> => {
      await press(keys);
      await page.getByRole("dialog", { name }).waitFor();
      await press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    };
    const does: Readonly<Record<string, () => Promise<void>>> = {
      "Write the query": async () => {
        await press("/");
        await expect.poll(() => focused(page)).toBe("Query");
        await press("Escape");
      },
      "Choose the time": async () => {
        await press("d");
        await page.getByLabel("Range of time").waitFor();
        await press("Escape");
        await page.getByLabel("Range of time").waitFor({ state: "detached" });
      },
      "Earlier by one window": () => moves("[", "to", /^20/),
      "Later by one window": async () => {
        await press("[");
        await expect.poll(() => asked(page, "to")).toMatch(/^20/);
        const before = asked(page, "to");
        await press("]");
        await expect.poll(() => asked(page, "to") > before).toBe(true);
        await page.goBack();
        await expect.poll(() => asked(page, "to")).toBe(before);
        await page.goBack();
        await expect.poll(() => asked(page, "to")).toBe("");
        await still();
      },
      "Twice the time": () => moves("z", "from", /^-2h$/),
      "Fields and their values": async () => {
        await press("f");
        await expect.poll(() => focused(page)).toBe("Filter fields");
        await press("Escape");
      },
      "Hide or show the chart": () => turns("h", "hist", /^0$/),
      "Next row": async () => {
        await press("j");
        await press("j");
        await expect.poll(() => focused(page)).toMatch(/, 2 of 61$/);
      },
      "Previous row": async () => {
        await press("k");
        await expect.poll(() => focused(page)).toMatch(/, 1 of 61$/);
      },
      "Open the row in place": () => turns("e", "row", /^\d+\./),
      "What came before and after": () => moves("c", "ctx", /^5$/),
      "Its trace": () => moves("t", "panel", /^trace$/),
      "Include the value": async () => {
        await opensRow();
        await moves("i", "q", /^service:barn$/);
      },
      "Exclude the value": async () => {
        await page.getByRole("button", { name: "Include service" }).focus();
        await moves("x", "q", /^-service:barn$/);
        await press("Escape");
        await expect.poll(() => asked(page, "row")).toBe("");
      },
      "Copy a link to the row": async () => {
        await press("y");
        await page.getByText("Link copied").first().waitFor();
      },
      "Copy the row as JSON": async () => {
        await press("Shift+Y");
        await page.getByText(/^Copied/).waitFor();
        expect(await page.evaluate<string>("navigator.clipboard.readText()")).toContain("needle");
      },
      "Go to the message": async () => {
        await press("y");
        await page.getByText("Link copied").first().waitFor();
        await press("F8");
        await expect.poll(() => focused(page)).toBe("Dismiss");
      },
      "Tab of the panel after": async () => {
        await press("j");
        await press("Enter");
        await expect.poll(() => asked(page, "panel")).toBe("fields");
        await press(".");
        await expect.poll(() => asked(page, "panel")).toBe("json");
      },
      "Tab of the panel before": async () => {
        await press(",");
        await expect.poll(() => asked(page, "panel")).toBe("fields");
      },
      "Close the nearest thing": async () => {
        await press("Escape");
        await expect.poll(() => asked(page, "panel")).toBe("");
      },
      Patterns: async () => {
        await press("2");
        await page.getByRole("treegrid", { name: "Patterns" }).waitFor();
      },
      Entries: async () => {
        await press("1");
        await row.first().waitFor();
      },
      Chart: () => moves("3", "q", /^\| timechart/),
      Oldest: async () => {
        await press("Shift+G");
        await page.locator('.line[aria-rowindex="61"]').waitFor();
      },
      Newest: async () => {
        await chord("g", "g");
        await page.locator('.line[aria-rowindex="1"]').waitFor();
      },
      "The other order": () => turns("o", "order", /^asc$/),
      "Wrap lines": () => turns("w", "wrap", /^1$/),
      "UTC or local time": async () => {
        await press("u");
        await expect.poll(() => asked(page, "tz")).toBe("local");
      },
      "Run again": async () => {
        const read = page.waitForRequest(/LogService\/Query$/);
        await press("r");
        await read;
        await found(page);
      },
      "Follow what comes": async () => {
        await press("l");
        await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
      },
      "Let what is new in, and stay": async () => {
        await press("j");
        await arrives();
        await press("Shift+N");
        await page.getByText("late", { exact: true }).waitFor();
      },
      "Show what is new": async () => {
        await arrives();
        await press("n");
        await expect.poll(() => page.getByText("late", { exact: true }).count()).toBe(2);
        await press("l");
      },
      "Jump to": () => dialog("Control+k", "Jump to"),
      "Show the keys": () => dialog("?", "Keys"),
      "Go to an application": async () => {
        await chord("g", "p");
        const switcher = page.locator(".popover:popover-open");
        await switcher.waitFor();
        await press("Escape");
        // Until it is gone, keys are typed into its field.
        await switcher.waitFor({ state: "detached" });
      },
      "Go to the settings": async () => {
        await chord("g", "s");
        await page.waitForURL("**/a/shop/settings/general");
      },
      "Go to the logs": async () => {
        await chord("g", "l");
        await page.waitForURL("**/a/shop/logs");
      },
    };
    await press("?");
    const says = page.getByRole("dialog", { name: "Keys" }).locator("dd");
    await says.first().waitFor();
    const listed = await says.allTextContents();
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(listed.toSorted()).toEqual(Object.keys(does).toSorted());
    for (const [name, check] of Object.entries(does))
      await check().catch((error: unknown) => {
        throw new Error(name, { cause: error });
      });
    expect(faults).toEqual([]);
  }, 60_000);

  test("a value of the facets is included and excluded, and the focus stays", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    await found(page);
    await page.getByRole("treeitem", { name: /^error/ }).waitFor();
    await page.keyboard.press("f");
    await tabTo(page, /^level/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("+");
    await expect.poll(() => asked(page, "q")).toMatch(/^level:/);
    await page.keyboard.press("-");
    await expect.poll(() => asked(page, "q")).toMatch(/^-level:/);
    expect(faults).toEqual([]);
  });

  test("a key is made and copied, and a member is invited", async () => {
    await using opened = await world.open("/a/shop/settings/keys");
    const { page, faults } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "New key" }).waitFor();
    await tabTo(page, /^New key$/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New key" }).waitFor();
    await page.keyboard.type("by keys");
    await page.keyboard.press("Enter");
    await page.getByText("“by keys” is ready.").waitFor();
    await tabTo(page, /^Copy/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Copied" }).first().waitFor();
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).toMatch(/^argus_/);
    await page.goto(`${world.server.url}/a/shop/settings/members`);
    await page.getByLabel("Email").waitFor();
    await tabTo(page, /^Email$/);
    await page.keyboard.type("grace@example.org");
    await page.keyboard.press("Enter");
    await page.getByText("Nobody has grace@example.org yet").waitFor();
    expect(faults).toEqual([]);
  });

  test("a dialog gives the focus back to where it was", async () => {
    await using opened = await world.open("/a/shop/settings/keys");
    const { page } = opened;
    await page.getByRole("button", { name: "New key" }).waitFor();
    for (const [keys, name] of [
      ["?", "Keys"],
      ["Control+k", "Jump to"],
    ] as const) {
      await page.getByRole("button", { name: "New key" }).focus();
      await page.keyboard.press(keys);
      await page.getByRole("dialog", { name }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("New key");
    }
  });

  test("screen readers are told of the line at the foot, and not while one types", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page } = opened;
    await found(page);
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    const spoken = page.locator(".status-line > [aria-live=polite]");
    await expect.poll(() => spoken.textContent()).toMatch(/^Complete, 6\d matched/);
    await page.evaluate(`{
      const line = document.querySelector(".status-line > [aria-live=polite]");
      window.said = [];
      new MutationObserver(() => said.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true });
    }`);
    await page.getByLabel("Query", { exact: true }).pressSequentially("need", { delay: 50 });
    await expect.poll(() => spoken.textContent()).toMatch(/^Edited/);
    // Once, whatever was typed.
    expect(await page.evaluate("new Set(said).size")).toBe(1);
  });

  const SCREENS = ["/a/shop/logs", "/a/shop/settings/keys", "/account/appearance"] as const;

  test.each([
    { what: "at twice the size", width: 720, height: 450 },
    { what: "320 px wide", width: 320, height: 640 },
  ])("nothing is cut or wider than the screen $what", async ({ width, height }) => {
    await using opened = await world.open(SCREENS[0]);
    const { page } = opened;
    await page.setViewportSize({ width, height });
    for (const path of SCREENS) {
      await page.goto(world.server.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
      if (path === SCREENS[0]) await found(page);
      expect(await inPage(page, "layout", "layoutFaults(24)"), path).toEqual([]);
    }
  });

  test("levels keep their letters and edges in forced colours, and nothing moves where motion is unwanted", async () => {
    await using opened = await world.open("/a/shop/logs?q=level%3Aerror");
    const { page } = opened;
    await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    await found(page);
    const row = page.getByRole("row", { name: /^error/ }).first();
    expect(await row.locator(".glyph").textContent()).toBe("E");
    const edge = await page.evaluate<string>(
      `getComputedStyle(document.querySelector(".lv-error > .line")).borderLeftColor`,
    );
    expect(edge).not.toMatch(/, 0\)$/);
    // What comes after the first look.
    await expect
      .poll(() =>
        page.evaluate<object>(`(() => {
          const style = (selector) => getComputedStyle(document.querySelector(selector));
          const tab = (is) => style('.tab-list [aria-selected="' + is + '"]').borderBottomColor;
          return {
            glyph: style(".line .lv-error.glyph").outlineStyle,
            included: style('.facet-value[aria-checked="true"]').outlineStyle,
            tabs: tab(true) === tab(false),
          };
        })()`),
      )
      .toEqual({ glyph: "solid", included: "solid", tabs: false });
    await page.route("**/LogService/Query", () => undefined);
    await page.keyboard.press("r");
    await page
      .getByText(/^Searching/)
      .first()
      .waitFor();
    expect(await page.evaluate("document.getAnimations().length")).toBe(0);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
});
