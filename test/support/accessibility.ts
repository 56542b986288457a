/**
 * What axe finds wrong with a page as it stands, in both themes.
 * Invariant: every rule of axe counts, whatever its impact; what axe cannot decide does not. The page looks as before, afterwards.
 */
import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { until } from "./until.ts";

/** What goes round for ever shows that something is waited for, and is no change. */
export const NOTHING_MOVES = `document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect?.getComputedTiming().iterations === Infinity)`;

type Theme = "dark" | "light";

/** Nothing else of a page differs between its themes: these are the rules that look at colours, of those that count. */
const COLOURS: RunOptions = {
  runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] },
};

/**
 * By the system's theme: nothing is to be chosen on the page.
 * @param within a selector of the one part that is looked at; all of the page unless said.
 * @returns a line a fault: theme, rule, impact, and the first place it is at.
 */
export async function accessibilityFaults(page: Page, within = "html"): Promise<readonly string[]> {
  const first = await page.evaluate<Theme>("document.documentElement.dataset.theme");
  const second = first === "dark" ? "light" : "dark";
  // Evaluated by the debugger: the page's policy lets no script in.
  if (!(await page.evaluate<boolean>(`"axe" in window`))) await page.evaluate(axe.source);
  const faults = await faultsIn(page, within, first, {});
  const others = await faultsIn(page, within, second, COLOURS);
  await show(page, first);
  return [...faults, ...others];
}

/** The same on a desk and on a phone, and at the least width that WCAG asks for; to be wider than the screen is a fault, too. */
export async function faultsAtWidths(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    // What is on a phone is on the narrowest, too, in the same colours.
    const found =
      width === 320 ? await faultsIn(page, "html", "dark", {}) : await accessibilityFaults(page);
    faults.push(...found.map((fault) => `${width} px: ${fault}`));
    const needed = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (needed !== width) faults.push(`${width} px: it is ${needed} px wide`);
  }
  return faults;
}

async function faultsIn(
  page: Page,
  within: string,
  theme: Theme,
  options: RunOptions,
): Promise<readonly string[]> {
  await show(page, theme);
  const part = JSON.stringify(within);
  // What is busy is dimmed until its answer is there, and states its contrast to nobody.
  await until("the page is still", () =>
    page.evaluate<boolean>(
      `document.querySelector(${part})?.querySelector('[aria-busy="true"]') === null && ${NOTHING_MOVES}`,
    ),
  );
  const asked: RunOptions = { resultTypes: ["violations"], ...options };
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${part}, ${JSON.stringify(asked)})`,
  );
  return violations.map(({ id, impact, nodes }) => {
    const [one] = nodes;
    return `${theme}: ${id} (${impact ?? "minor"}) ${one?.html ?? ""}: ${one?.failureSummary ?? ""}`;
  });
}

async function show(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await until(`the theme is ${theme}`, () =>
    page.evaluate<boolean>(`document.documentElement.dataset.theme === "${theme}"`),
  );
}
