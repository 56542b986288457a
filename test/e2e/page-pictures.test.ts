/**
 * Every screen and state of the page, on a wide screen and on a phone: how it is laid out, and how it looks in both themes.
 * Where letters are drawn as they were when the pictures were taken, it looks as it did; `npm run pictures` takes them anew.
 */
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, sharedChromium } from "../support/browser.ts";
import { handOf } from "../support/pictures/hand.ts";
import { difference, isSameHand, keptHand, keptNames } from "../support/pictures/references.ts";
import type { Picture } from "../support/pictures/take.ts";
import { walk } from "../support/pictures/walk.ts";

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
    const differences: string[] = [];
    const seen: string[] = [];
    const each = async (picture: Picture): Promise<void> => {
      seen.push(picture.name);
      faults.push(...picture.faults.map((fault) => `${picture.name}: ${fault}`));
      if (!isCompared) return;
      const found = await difference(kept, blank, picture);
      if (found !== "") differences.push(found);
    };
    await walk(browser, { isDrawn: isCompared, each });
    expect(faults).toEqual([]);
    // Fails for what is meant to look otherwise, too: `npm run pictures`, and look at them before they are committed.
    expect(differences).toEqual([]);
    await blank.close();
    if (isCompared) expect(seen.toSorted()).toEqual(keptNames().toSorted());
  }, 600_000);
});
