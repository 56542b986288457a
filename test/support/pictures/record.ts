/**
 * `npm run pictures [-- PATTERN]`: takes the pictures of the page anew, all or those whose names match.
 */
import { buildWeb } from "../../../scripts/build-web.js";
import { chromiumPath, launchChromium } from "../browser.ts";
import { forgetAll, handOf, keep, keepHand } from "./references.ts";
import { walk } from "./walk.ts";

const problem = buildWeb();
if (problem !== "") throw new Error(problem);
const [pattern] = process.argv.slice(2);
await using browser = await launchChromium(chromiumPath() ?? "");
const blank = await browser.newPage();
if (pattern === undefined) forgetAll();
let count = 0;
let faulty = 0;
await walk(
  browser,
  async (picture) => {
    await keep(blank, picture);
    count++;
    for (const fault of picture.faults) {
      faulty++;
      console.log(`${picture.name}: ${fault}`);
    }
  },
  new RegExp(pattern ?? ""),
);
keepHand(await handOf(browser, blank));
console.log(`${count} pictures, ${faulty} faults of layout`);
