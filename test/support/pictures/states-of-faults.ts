/**
 * What failed, was refused, or is not as it was asked for; each where it happened, the rest as it was.
 * Invariant: as in ./states.ts; what fails is answered here, and nothing fails on the server.
 */
import type { Page, Route } from "playwright-core";
import {
  allHints,
  complete,
  INCIDENT,
  loaded,
  LOGS,
  says,
  type State,
  whole,
  WIDE,
} from "./reach.ts";

/** Of the page's bars alone: the pulse in the bar above asks the same way, without a query. */
const BARS = /\/argus\.v1\.LogService\/GetHistogram$/;
const TAIL = /\/api\/v1\/tail\?/;

export const FAULTS: readonly State[] = [
  {
    name: "explorer-warning",
    judged: WIDE,
    path: `${LOGS}?q=service%3Apayments+levle%3Aerror`,
    before: allHints,
    async reach(page) {
      await complete(page);
      await page.locator(".notice.warning").waitFor();
      await page.locator(".hints").getByRole("button").nth(1).waitFor();
    },
  },
  {
    name: "explorer-chart-failed",
    judged: WIDE,
    path: INCIDENT,
    before: (page) => failing(page, BARS, isOfQuery),
    async reach(page) {
      await complete(page);
      await page.getByText(/^The chart could not be read/).waitFor();
    },
  },
  {
    name: "explorer-tail-ended",
    path: `${INCIDENT}&live=1`,
    before: tailEnds,
    async reach(page) {
      await says(page, "Not live");
      await whole(page);
      await page.getByText(/^Entries may be missing here/).waitFor();
      await page.getByText(/^The live tail has ended/).waitFor();
    },
  },
  {
    name: "explorer-time-unclear",
    judged: WIDE,
    only: "wide",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: /time range$/ }).click();
      await page.getByLabel("Range of time").fill("last blue moon");
      await page.getByText(/^Not a range/).waitFor();
    },
  },
  {
    name: "patterns-failed",
    judged: WIDE,
    path: `${INCIDENT}&tab=patterns`,
    before: (page) => failing(page, /\/argus\.v1\.LogService\/GetPatterns$/),
    async reach(page) {
      await page.getByRole("tabpanel").getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "settings-failed",
    judged: WIDE,
    path: "/a/shop-prod/settings/members",
    before: (page) => failing(page, /\/argus\.v1\.ApplicationService\/ListMembers$/),
    async reach(page) {
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "invite-ended",
    judged: WIDE,
    path: "/invite#7Kq2mWc9xT4vRb81LpZs0Hn6d4",
    async reach(page) {
      await page.getByRole("alert").waitFor();
    },
  },
];

async function failing(
  page: Page,
  url: RegExp,
  isMeant: (route: Route) => boolean = () => true,
): Promise<void> {
  await page.route(url, (route) =>
    isMeant(route)
      ? route.fulfill({
          status: 500,
          headers: { "X-Request-Id": "0193f0a1-7c00-7000-8000-000000000000" },
          json: { code: "internal", msg: "internal error", meta: {} },
        })
      : route.continue(),
  );
}

function isOfQuery(route: Route): boolean {
  const { query } = route.request().postDataJSON() as { query?: string };
  return query !== undefined && query !== "";
}

/** First it leaves something out, then it is refused. */
async function tailEnds(page: Page): Promise<void> {
  const answers = [
    { body: 'event: dropped\ndata: {"reason":"a block is damaged"}\n\n' },
    {
      status: 404,
      json: { error: { kind: "notFound", message: "no such application: shop-prod" } },
    },
  ];
  await page.route(TAIL, (route) => route.fulfill(answers.shift() ?? {}));
}
