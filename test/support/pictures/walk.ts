/**
 * Goes through every screen and state once and takes pictures: with one server and one browser, on a wide screen and on
 * a phone side by side. Invariant: what only once in a server's life can be seen comes first.
 */
import type { Browser, Page } from "playwright-core";
import type { WatchedPage } from "../browser.ts";
import { NOW_MS } from "./incident.ts";
import { enter, fill, openShop, OWNER, type Shop, type Size, SIZES } from "./shop.ts";
import { type State, STATES } from "./states.ts";
import { type Take, takeBoth } from "./take.ts";

const APP = "shop-prod";
const VIEWER = { email: "linus@example.org", password: OWNER.password };

/** @param only a pattern of the states that are wanted. */
export async function walk(browser: Browser, take: Take, only = /(?:)/): Promise<void> {
  await using shop = await openShop(browser);
  const wanted: Take = async (picture) => {
    if (only.test(picture.name)) await take(picture);
  };
  await firstRun(shop, wanted);
  await fill(shop, APP);
  await Promise.all((["wide", "phone"] as const).map((size) => screens(shop, size, wanted, only)));
}

/** From nobody to the first entry: each step once, in all sizes. */
async function firstRun(shop: Shop, take: Take): Promise<void> {
  await using opened = await shop.open("wide");
  const { page } = opened;
  await page.goto(shop.setupUrl);
  await page.getByLabel("Email").fill(OWNER.email);
  await inAllSizes(page, "first-run-owner", take);
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Create the owner" }).click();
  await page.getByLabel("Days kept").waitFor();
  await inAllSizes(page, "first-run-application", take);
  await page.getByLabel("Name").fill(APP);
  await page.getByRole("button", { name: "Create the application" }).click();
  const snippet = page.getByLabel("curl example");
  await snippet.waitFor();
  const secret = /Bearer (\S+)"/.exec((await snippet.textContent()) ?? "")?.[1] ?? "";
  await page.getByText("Waiting for the first entry").waitFor();
  await inAllSizes(page, "first-run-waiting", take);
  const response = await fetch(`${shop.server.url}/ingest/ndjson`, {
    method: "POST",
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/x-ndjson" },
    body: `{"time":"${new Date(NOW_MS).toISOString()}","level":"info","service":"hello","message":"first light","via":"curl"}\n`,
  });
  if (!response.ok) throw new Error(await response.text());
  await page.getByRole("link", { name: "Open the logs" }).waitFor();
  await inAllSizes(page, "first-run-received", take);
}

async function inAllSizes(page: Page, state: string, take: Take): Promise<void> {
  for (const size of ["wide", "phone"] as const) {
    await page.setViewportSize(SIZES[size].viewport);
    await takeBoth(page, state, size, take);
  }
}

async function screens(shop: Shop, size: Size, take: Take, only: RegExp): Promise<void> {
  const isWanted = (name: string): boolean =>
    ["dark", "light"].some((theme) => only.test(`${name}.${theme}.${size}`));
  if (isWanted("sign-in") || isWanted("sign-in-wrong")) await atTheDoor(shop, size, take);
  const wanted = STATES.filter(
    (state) => isWanted(state.name) && (state.only === undefined || state.only === size),
  );
  {
    await using person = await enter(shop, size, "/account/profile");
    const failed: unknown[] = [];
    for (const state of wanted)
      await reachAndTake(shop, person, state, size, take).catch((error: unknown) =>
        failed.push(error),
      );
    if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("\n"));
    if (isWanted("session-ended")) await sessionEnds(shop, person, size, take);
  }
  if (!isWanted("settings-not-allowed")) return;
  await using viewer = await enter(shop, size, `/a/${APP}/settings/keys`, VIEWER);
  await viewer.page.getByRole("heading", { name: "API keys" }).waitFor();
  await takeBoth(viewer.page, "settings-not-allowed", size, take);
}

async function reachAndTake(
  shop: Shop,
  person: WatchedPage,
  state: State,
  size: Size,
  take: Take,
): Promise<void> {
  const { page } = person;
  try {
    await state.before?.(page);
    await page.goto(shop.server.url + state.path);
    await state.reach(page);
    await takeBoth(page, state.name, size, take, state.isBusy);
  } catch (error) {
    throw new Error(`${state.name} on a ${size} screen: ${String(error)}`, { cause: error });
  } finally {
    await page.context().setOffline(false);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
}

async function atTheDoor(shop: Shop, size: Size, take: Take): Promise<void> {
  await using opened = await shop.open(size);
  const { page } = opened;
  await page.goto(`${shop.server.url}/a/${APP}/logs`);
  await page.getByLabel("Email").fill("grace@example.org");
  await takeBoth(page, "sign-in", size, take);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await takeBoth(page, "sign-in-wrong", size, take);
}

async function sessionEnds(shop: Shop, person: WatchedPage, size: Size, take: Take): Promise<void> {
  const { page } = person;
  await page.goto(`${shop.server.url}/a/${APP}/logs?q=service%3Apayments`);
  await page.getByRole("status").getByText("Complete").waitFor({ state: "attached" });
  await page.context().clearCookies();
  await page.route("**/twirp/**", (route) =>
    route.request().url().includes("AuthService")
      ? route.continue()
      : route.fulfill({ status: 401, json: { code: "unauthenticated", msg: "no", meta: {} } }),
  );
  await page.getByLabel("Query", { exact: true }).press("Enter");
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
  await takeBoth(page, "session-ended", size, take, true);
  await page.unrouteAll({ behavior: "ignoreErrors" });
}
