/**
 * Every screen and state of the page, on a wide screen and on a phone: how it is laid out, and how it looks in both themes.
 * Where letters are drawn as they were when the pictures were taken, it looks as it did; `npm run pictures` takes them anew.
 */
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, sharedChromium } from "../support/browser.ts";
import { cameraOf } from "../support/pictures/camera.ts";
import { handOf } from "../support/pictures/hand.ts";
import {
  difference,
  differenceBetween,
  forgetDifferent,
  isSameHand,
  keptHand,
  keptNames,
  smallOf,
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

  test("a picture differs by a step of a colour, a letter or two pixels, and not by itself or how edges are smoothed", async () => {
    const page = await browser.newPage({ viewport: { width: 480, height: 320 } });
    const camera = await cameraOf(page);
    const drawn = async (words: string, style = ""): Promise<Buffer> => {
      const lines = `<p>${words}</p><p style="color:#e9b04e">retrying charge in 4.0 s</p>`;
      const edge = "linear-gradient(90deg, #3cc4ae, #0e1315)";
      await page.setContent(`<body style="margin:12px;background:#0e1315;color:#869595;font:13px sans-serif;${style}">
        ${lines}<p style="height:20px;background:${edge}"></p><p id="edge" style="width:5px;height:5px;background:#0e1315"></p>`);
      return camera();
    };
    const words = "charge failed: upstream timeout after 30000 ms";
    const before = await smallOf(page, await drawn(words));
    const found = async (picture: Promise<Buffer>): Promise<boolean> => {
      const png = await picture;
      await page.setContent("");
      return (await differenceBetween(page, before, png)) !== undefined;
    };
    expect(await found(drawn(words)), "itself").toBe(false);
    expect(await found(drawn(words, "--x:1")), "the same").toBe(false);
    expect(await found(drawn(words, "color:#8a9999")), "a step of a colour").toBe(true);
    expect(await found(drawn(words, "background:#101517")), "a step of a surface").toBe(true);
    expect(await found(drawn(words, "padding-top:2px")), "two pixels").toBe(true);
    expect(await found(drawn(words.replace("30000", "30001"))), "a letter").toBe(true);
    const smoothed = async (): Promise<Buffer> => {
      await drawn(words);
      await page.evaluate(`document.querySelector("#edge").style.background = "#101517"`);
      return camera();
    };
    expect(await found(smoothed()), "edges").toBe(false);
    await page.close();
  }, 60_000);

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
        faults.push(...picture.faults.map((fault) => `${picture.name}: ${fault}`));
        // Of larger text there is none.
        if (isCompared && picture.png.length === 0) return;
        seen.push(picture.name);
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
  }, 1_200_000);
});
