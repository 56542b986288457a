/**
 * How a state of the page is told of, and the steps that many of them share. Invariant: what is waited for is what is seen.
 */
import type { Page } from "playwright-core";
import type { Size } from "./sitter.ts";

export interface State {
  readonly name: string;
  /** Path of the page. */
  readonly path: string;
  /** Before the page is loaded. */
  readonly before?: (page: Page) => Promise<void>;
  /** What is done there; the last step waits for what is to be seen. */
  readonly reach: (page: Page, settle: () => Promise<void>) => Promise<void>;
  /** Not for the other size. */
  readonly only?: Size;
  /** Another window than that of its size. */
  readonly window?: { readonly width: number; readonly height: number };
  /** Without colours: what they say must be said by form, letter or place, too. */
  readonly isGrey?: true;
  /** In which sizes it is asked what axe finds, in both themes: no test of its own asks. */
  readonly judged?: readonly Size[];
  /** Twice the usual size of text, as a reader sets it in their browser. */
  readonly isLarge?: true;
  /** What is never answered there: it shows something that is not there yet. */
  readonly held?: RegExp;
}

export const WIDE: readonly Size[] = ["wide"];
export const BOTH: readonly Size[] = ["wide", "phone"];

export const LOGS = "/a/shop-prod/logs";
export const INCIDENT = `${LOGS}?q=service%3A(gateway+payments+checkout)+-path%3A%2Fv1%2Fsession`;
export const ANYTHING = /^http/;
export const QUERY = /\/argus\.v1\.LogService\/Query$/;

/** What the line at the foot begins with. */
export const says = (page: Page, word: string): Promise<void> =>
  page.getByRole("status").getByText(word, { exact: true }).waitFor({ state: "attached" });
export const complete = (page: Page): Promise<void> => says(page, "Complete");
/** Rows, chart and, where there is room for them, facets. */
export const loaded = async (page: Page): Promise<void> => {
  await complete(page);
  await whole(page);
};
export const whole = async (page: Page): Promise<void> => {
  await page.locator(".histogram").waitFor();
  // Where they lie over the list, they are not read before.
  if (await page.evaluate<boolean>(`matchMedia("(min-width: 75em)").matches`))
    await page.getByRole("treeitem").first().waitFor({ state: "attached" });
};
export const error = (page: Page) =>
  page.getByRole("row", { name: /charge failed: upstream timeout/ }).first();

/** Whatever they take to count: the page gives them as long as nobody waits for. */
export async function allHints(page: Page): Promise<void> {
  await page.route("**/argus.v1.LogService/SuggestQueries", (route) => {
    const { budget: _, ...asked } = route.request().postDataJSON() as { budget: object };
    return route.continue({ postData: JSON.stringify(asked) });
  });
}
