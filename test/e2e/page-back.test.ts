/** Back undoes each click that changed what is shown, one by one. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";

describe.skipIf(chromiumPath() === undefined)("the way back", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    await world.send(sampleLogs(400, 11, Date.now() - 1_500_000, 3000).map(sampleJson));
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const rows = (page: Page) => page.getByRole("grid", { name: "Entries" }).locator(".line");
  const levels = (page: Page) => page.getByRole("group", { name: "Levels" });

  /** Each step, and what is on screen when it is done. */
  const STEPS: readonly (readonly [
    name: string,
    act: (page: Page) => Promise<void>,
    isDone: (page: Page) => Promise<void>,
  ])[] = [
    [
      "a level",
      (page) => levels(page).getByRole("button", { name: "debug" }).click(),
      (page) => levels(page).getByRole("button", { name: "debug", pressed: false }).waitFor(),
    ],
    [
      "a facet",
      (page) =>
        page
          .getByRole("treeitem", { name: /^gateway\b/ })
          .first()
          .click(),
      (page) =>
        page
          .getByRole("treeitem", { name: /^gateway\b/, checked: true })
          .first()
          .waitFor(),
    ],
    [
      "a zoom",
      async (page) => {
        // The bars of what was asked last: others would take their place under the keys.
        await page.locator('.found[aria-busy="false"]').waitFor();
        await page.getByRole("status").getByText("Complete").waitFor();
        await page.getByRole("slider", { name: "Bar of the chart" }).focus();
        for (let bar = 0; bar < 20; bar++) await page.keyboard.press("ArrowLeft");
        for (let bar = 0; bar < 9; bar++) await page.keyboard.press("Shift+ArrowLeft");
        await page.keyboard.press("Enter");
      },
      async (page) => {
        await expect.poll(() => page.url()).toMatch(/from=20/);
      },
    ],
    [
      "another tab",
      (page) => page.getByRole("tab", { name: "Patterns" }).click(),
      (page) => page.getByRole("treegrid", { name: "Patterns" }).waitFor(),
    ],
    [
      "one kind of patterns",
      (page) => page.getByRole("button", { name: /^New \d/ }).click(),
      (page) => page.getByRole("button", { name: /^New \d/, pressed: true }).waitFor(),
    ],
    [
      "entries again",
      (page) => page.getByRole("tab", { name: /^Entries/ }).click(),
      (page) => rows(page).first().waitFor(),
    ],
    [
      "the panel",
      async (page) => {
        await rows(page).nth(2).focus();
        await page.keyboard.press("Enter");
      },
      (page) => page.getByRole("complementary", { name: /^Entry/ }).waitFor(),
    ],
    [
      "the context",
      (page) => page.keyboard.press("c"),
      (page) =>
        page
          .getByText(/^Context: /)
          .first()
          .waitFor(),
    ],
  ];

  test("undoes levels, facets, zooms, tabs, the panel and the context", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    await page.getByRole("status").getByText("Complete").waitFor();
    await page
      .getByRole("treeitem", { name: /^gateway\b/ })
      .first()
      .waitFor();
    const urls = [page.url()];
    for (const [name, act, isDone] of STEPS) {
      await act(page);
      await expect.poll(() => page.url(), { message: name }).not.toBe(urls.at(-1));
      await isDone(page);
      urls.push(page.url());
    }
    for (let step = STEPS.length - 1; step >= 0; step--) {
      const [name, , isDone] = STEPS[step] ?? [];
      const [, , wasDone] = STEPS[step - 1] ?? [];
      if (name === undefined || isDone === undefined) throw new Error(`no step ${step}`);
      await page.goBack();
      await expect.poll(() => page.url(), { message: name }).toBe(urls[step]);
      if (wasDone !== undefined) await wasDone(page);
    }
    await levels(page).getByRole("button", { name: "debug", pressed: true }).waitFor();
    await page.getByText("400 entries").waitFor();
    expect(faults).toEqual([]);
  });
});
