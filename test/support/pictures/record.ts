/**
 * `npm run pictures [-- PATTERN]`: takes the pictures of the page anew, all or those whose names match.
 * Invariant: each is taken twice, with a server and ids of its own each time, and after other states; one that comes out
 * otherwise the second time is not kept, and said.
 */
import { buildWeb } from "../../../scripts/build-web.js";
import { chromiumPath, launchChromium } from "../browser.ts";
import { handOf } from "./hand.ts";
import {
  digestOf,
  forgetAll,
  isSameHand,
  keep,
  keepHand,
  keptHand,
  setAside,
} from "./references.ts";
import { STATES } from "./states.ts";
import type { Picture, Take } from "./take.ts";
import { walk } from "./walk.ts";

const problem = buildWeb();
if (problem !== "") throw new Error(problem);
const [pattern] = process.argv.slice(2);
const only = new RegExp(pattern ?? "");
await using browser = await launchChromium(chromiumPath() ?? "");
const blank = await browser.newPage();
const hand = await handOf(browser);
const before = keptHand();
if (pattern !== undefined && before !== undefined && !isSameHand(hand, before))
  throw new Error(
    "this browser draws otherwise than the one that drew the others: take all of them",
  );

const first = new Map<string, Picture>();
await walk(
  browser,
  drawn(async (picture) => {
    if (picture.png.length > 0) first.set(picture.name, picture);
    for (const fault of picture.faults) console.log(`${picture.name}: ${fault}`);
  }),
  only,
);
const restless: string[] = [];
await walk(
  browser,
  drawn(async (picture) => {
    if (picture.png.length === 0) return;
    const earlier = first.get(picture.name);
    if (earlier !== undefined && digestOf(earlier.png) === digestOf(picture.png)) return;
    restless.push(picture.name);
    if (earlier !== undefined) setAside(`${picture.name}.first`, earlier.png);
    console.log(`${picture.name} came out otherwise: ${setAside(picture.name, picture.png)}`);
  }),
  only,
  STATES.toReversed(),
);
if (pattern === undefined) forgetAll();
const pictures: Record<string, string> = pattern === undefined ? {} : { ...before?.pictures };
for (const [name, picture] of [...first].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  if (restless.includes(name)) continue;
  await keep(blank, picture);
  pictures[name] = digestOf(picture.png);
}
keepHand({ ...hand, pictures });
console.log(`${first.size} pictures, ${restless.length} of them not kept`);
process.exitCode = restless.length > 0 ? 1 : 0;

function drawn(each: Take["each"]): Take {
  return { isDrawn: true, each };
}
