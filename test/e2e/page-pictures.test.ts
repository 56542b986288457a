/**
 * Every screen and state of the page, on a wide screen and on a phone: how it is laid out, and how it looks in both themes.
 * Where letters are drawn as they were when the pictures were taken, it looks as it did; `npm run pictures` takes them anew.
 */
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, sharedChromium } from "../support/browser.ts";
import { handOf } from "../support/pictures/hand.ts";
import {
  difference,
  forgetDifferent,
  isSameHand,
  keptHand,
  keptNames,
} from "../support/pictures/references.ts";
import type { Picture } from "../support/pictures/take.ts";
import { walk } from "../support/pictures/walk.ts";

/** More than this are no chance: what was changed is seen in so many. */
const MOST_AGAIN = 24;

const path = chromiumPath();

describe.skipIf(path === undefined)("pictures of the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
  }, 120_000);

  test("nothing overlaps, is cut or too small to press, and all looks as it did", async () => {
    const blank = await browser.newPage();
    const kept = keptHand();
    const isCompared = kept !== undefined && isSameHand(await handOf(browser), kept);
    const faults: string[] = [];
    const differences = new Map<string, string>();
    const seen: string[] = [];
    const compare = async (picture: Picture): Promise<void> => {
      const found = kept === undefined ? "" : await difference(kept, blank, picture);
      if (found === "") differences.delete(picture.name);
      else differences.set(picture.name, found);
    };
    forgetDifferent();
    await walk(browser, {
      isDrawn: isCompared,
      async each(picture) {
        seen.push(picture.name);
        faults.push(...picture.faults.map((fault) => `${picture.name}: ${fault}`));
        if (isCompared) await compare(picture);
      },
    });
    expect(faults).toEqual([]);
    if (isCompared) expect(seen.toSorted()).toEqual(keptNames().toSorted());
    const first = [...differences.values()];
    if (first.length > 0 && first.length <= MOST_AGAIN) {
      // From the start, with a server of its own: what is so by chance is otherwise then, and what is not is not.
      console.warn(`DRAWN ONCE MORE:\n${first.join("\n")}`);
      const names = [...differences.keys()].map((name) => name.replaceAll(".", "[.]"));
      await walk(browser, { isDrawn: true, each: compare }, new RegExp(`^(${names.join("|")})$`));
    }
    // Fails for what is meant to look otherwise, too: `npm run pictures`, and look at them before they are committed.
    expect([...differences.values()]).toEqual([]);
    await blank.close();
  }, 600_000);
});
