/**
 * The explorer where its layout changes between a phone and a wide screen, its densities of rows, without colours, and
 * with text of twice the usual size.
 * Invariant: as in ./states.ts; one window on each side of every breakpoint is here or in the sizes.
 */
import type { Page } from "playwright-core";
import { complete, error, INCIDENT, loaded, type State } from "./reach.ts";

const LARGE = { width: 1920, height: 1080 };
/** Facets lie over the list, and so does the panel. */
const MIDDLE = { width: 1024, height: 768 };
const TABLET = { width: 768, height: 1024 };
/** The least width at which every control works. */
const NARROW = { width: 320, height: 640 };
/** The bars are lower. */
const LOW = { width: 1440, height: 640 };

/** Facets lie over the list there, whatever the window: they are not read before. */
const narrow = async (page: Page): Promise<void> => {
  await complete(page);
  await page.locator(".histogram").waitFor({ state: "attached" });
};
const seen = { only: "wide", path: INCIDENT, reach: loaded } as const;

export const WINDOWS: readonly State[] = [
  { ...seen, name: "explorer-large", window: LARGE },
  { ...seen, name: "explorer-middle", window: MIDDLE },
  {
    ...seen,
    name: "explorer-middle-fields",
    window: MIDDLE,
    async reach(page) {
      await loaded(page);
      await page.keyboard.press("f");
      await page.getByRole("treeitem", { name: /^error/ }).waitFor();
    },
  },
  {
    ...seen,
    name: "explorer-middle-panel",
    window: MIDDLE,
    async reach(page) {
      await loaded(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("tab", { name: /^Fields/ }).waitFor();
    },
  },
  { ...seen, name: "explorer-tablet", window: TABLET },
  { ...seen, name: "explorer-low", window: LOW },
  { name: "explorer-narrow", only: "phone", window: NARROW, path: INCIDENT, reach: loaded },
  {
    name: "settings-narrow",
    only: "phone",
    window: NARROW,
    path: "/a/shop-prod/settings/keys",
    reach: (page) => page.getByRole("heading", { name: "API keys" }).waitFor(),
  },
  { name: "explorer-grey", path: INCIDENT, isGrey: true, reach: loaded },
  { name: "large-text", path: INCIDENT, isLarge: true, reach: narrow },
  {
    name: "large-text-panel",
    path: INCIDENT,
    isLarge: true,
    async reach(page) {
      await narrow(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("tab", { name: /^Fields/ }).waitFor();
    },
  },
  {
    name: "large-text-settings",
    path: "/a/shop-prod/settings/keys",
    isLarge: true,
    reach: (page) => page.getByRole("heading", { name: "API keys" }).waitFor(),
  },
  { ...seen, name: "explorer-compact", path: `${INCIDENT}&rows=compact` },
  { ...seen, name: "explorer-roomy", path: `${INCIDENT}&rows=roomy` },
];
