/**
 * Goes through every screen and state once and takes pictures: with one server and one browser, on a wide screen and on
 * a phone side by side. Invariant: what only once in a server's life can be seen comes first.
 */
import type { Browser, Page } from "playwright-core";
import { arrivals, NOW_MS } from "./incident.ts";
import { LARGE_PX, USUAL_PX } from "./large-text.ts";
import { enter, fill, openShop, OWNER, send, type Shop } from "./shop.ts";
import { type Sitter, type Size, SIZES } from "./sitter.ts";
import { BOTH, error, INCIDENT, QUERY, says, type State, whole, WIDE } from "./reach.ts";
import { STATES } from "./states.ts";
import { type Take, takeBoth } from "./take.ts";

const APP = "shop-prod";
const FOLLOWED = `${INCIDENT}&live=1`;
/** They are read anew every ten seconds while rows are followed: what came would be counted soon, or late. */
const FACETS = /\/argus\.v1\.LogService\/GetFacets$/;
const VIEWER = { email: "linus@example.org", password: OWNER.password };

/**
 * @param only a pattern of the pictures that are wanted.
 * @param states in the order that they are gone through: it decides nothing, as each is reached by itself.
 */
export async function walk(
  browser: Browser,
  take: Take,
  only = /(?:)/,
  states = STATES,
): Promise<void> {
  await using shop = await openShop(browser);
  const wanted: Take = {
    isDrawn: take.isDrawn,
    async each(picture) {
      if (only.test(picture.name)) await take.each(picture);
    },
  };
  await firstRun(shop, wanted, only);
  const secret = await fill(shop, APP);
  // Both are there before either looks who is signed in.
  await using wide = await enter(shop, "wide", "/account/profile");
  await using phone = await enter(shop, "phone", "/account/profile");
  const statesOf = (size: Size): readonly State[] =>
    states.filter(({ name, only: alone = size }) => alone === size && isWanted(only, name, size));
  const seen = await Promise.allSettled([
    screens(wide, "wide", wanted, statesOf("wide")),
    screens(phone, "phone", wanted, statesOf("phone")),
  ]);
  const failed = seen.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("\n"));
  // What they do is written down, and would be seen in the audit logs before.
  await Promise.all([
    lastly(shop, wide, "wide", wanted, only),
    lastly(shop, phone, "phone", wanted, only),
  ]);
  const isAsked = (state: string): boolean =>
    isWanted(only, state, "wide") || isWanted(only, state, "phone");
  if (["settings-not-allowed", "instance-not-allowed", "explorer-held"].some(isAsked))
    await asViewer(shop, wanted, secret);
}

/** From nobody to the first entry: each step once, in all sizes. */
async function firstRun(shop: Shop, take: Take, only: RegExp): Promise<void> {
  await using sitter = await shop.open("wide");
  const { page } = sitter;
  await page.goto(shop.setupUrl);
  await page.getByLabel("Email").fill(OWNER.email);
  await inAllSizes(sitter, "first-run-owner", take, only);
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Create the owner" }).click();
  await page.getByLabel("Days kept").waitFor();
  await inAllSizes(sitter, "first-run-application", take, only);
  await page.getByLabel("Name").fill(APP);
  await page.getByRole("button", { name: "Create the application" }).click();
  const snippet = page.getByLabel("curl example");
  await snippet.waitFor();
  const secret = /Bearer (\S+)"/.exec((await snippet.textContent()) ?? "")?.[1] ?? "";
  await page.getByText("Waiting for the first entry").waitFor();
  await inAllSizes(sitter, "first-run-waiting", take, only);
  const response = await fetch(`${shop.server.url}/ingest/ndjson`, {
    method: "POST",
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/x-ndjson" },
    body: `{"time":"${new Date(NOW_MS - 1000).toISOString()}","level":"info","service":"hello","message":"first light","via":"curl"}\n`,
  });
  if (!response.ok) throw new Error(await response.text());
  await page.getByRole("link", { name: "Open the logs" }).waitFor();
  await inAllSizes(sitter, "first-run-received", take, only);
}

async function inAllSizes(sitter: Sitter, state: string, take: Take, only: RegExp): Promise<void> {
  for (const size of BOTH) {
    if (!isWanted(only, state, size)) continue;
    await sitter.page.setViewportSize(SIZES[size].viewport);
    await takeBoth(sitter, state, size, take, { judged: BOTH });
  }
}

async function screens(
  sitter: Sitter,
  size: Size,
  take: Take,
  states: readonly State[],
): Promise<void> {
  const failed: unknown[] = [];
  for (const state of states) {
    await reachAndTake(sitter, state, size, take).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("\n"));
}

function isWanted(only: RegExp, state: string, size: Size): boolean {
  return ["dark", "light", "large"].some((theme) => only.test(`${state}.${theme}.${size}`));
}

async function lastly(
  shop: Shop,
  sitter: Sitter,
  size: Size,
  take: Take,
  only: RegExp,
): Promise<void> {
  const wants = (state: string): boolean => isWanted(only, state, size);
  if (wants("session-ended")) await sessionEnds(sitter, size, take);
  if (wants("sign-in") || wants("sign-in-wrong")) await atTheDoor(shop, size, take);
}

/** Who may only look, and last of all what comes while they do. */
async function asViewer(shop: Shop, take: Take, secret: string): Promise<void> {
  const keys = `/a/${APP}/settings/keys`;
  await using wide = await enter(shop, "wide", keys, VIEWER);
  await using phone = await enter(shop, "phone", keys, VIEWER);
  const both = [
    [wide, "wide"],
    [phone, "phone"],
  ] as const;
  await Promise.all(
    both.map(async ([sitter, size]) => {
      const { page } = sitter;
      await page.getByRole("heading", { name: "API keys" }).waitFor();
      await takeBoth(sitter, "settings-not-allowed", size, take);
      await sitter.visit("/instance/users");
      await page.getByText("Only instance admins see this.").waitFor();
      await takeBoth(sitter, "instance-not-allowed", size, take, { judged: WIDE });
      await sitter.visit(FOLLOWED);
      await says(page, "Live");
      await whole(page);
      await sitter.settle();
      await page.route(FACETS, () => undefined);
      await hold(page, size);
    }),
  );
  await send(shop, secret, arrivals());
  await Promise.all(
    both.map(async ([sitter, size]) => {
      await sitter.page.getByRole("button", { name: /^\d+ new held while/ }).waitFor();
      await takeBoth(sitter, "explorer-held", size, take, { judged: WIDE, held: FACETS });
    }),
  );
}

/** On a phone an entry opens over the list. */
async function hold(page: Page, size: Size): Promise<void> {
  if (size === "wide") {
    await error(page).click();
    await page.getByRole("button", { name: "Include service" }).waitFor();
  } else await page.evaluate(`document.querySelector(".rows").scrollTop = 640`);
}

async function reachAndTake(sitter: Sitter, state: State, size: Size, take: Take): Promise<void> {
  const { page } = sitter;
  try {
    await state.before?.(page);
    if (state.window !== undefined) await page.setViewportSize(state.window);
    if (state.isGrey) await sitter.see("grey");
    if (state.isLarge) await sitter.setText(LARGE_PX);
    await sitter.visit(state.path);
    await state.reach(page, () => sitter.settle());
    await takeBoth(sitter, state.name, size, take, state);
  } catch (error) {
    throw new Error(`${state.name} on a ${size} screen: ${String(error)}`, { cause: error });
  } finally {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    if (state.window !== undefined) await page.setViewportSize(SIZES[size].viewport);
    if (state.isGrey) await sitter.see("colour");
    if (state.isLarge) await sitter.setText(USUAL_PX);
  }
}

async function atTheDoor(shop: Shop, size: Size, take: Take): Promise<void> {
  await using sitter = await shop.open(size);
  const { page } = sitter;
  await sitter.visit(`/a/${APP}/logs`);
  await page.getByLabel("Email").fill("grace@example.org");
  await takeBoth(sitter, "sign-in", size, take, { judged: BOTH });
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await takeBoth(sitter, "sign-in-wrong", size, take, { judged: WIDE });
}

async function sessionEnds(sitter: Sitter, size: Size, take: Take): Promise<void> {
  const { page } = sitter;
  await sitter.visit(`/a/${APP}/logs?q=service%3Apayments`);
  await page.getByRole("status").getByText("Complete").waitFor({ state: "attached" });
  await sitter.settle();
  await page.context().clearCookies();
  await page.route("**/twirp/**", (route) =>
    route.request().url().includes("AuthService")
      ? route.continue()
      : route.fulfill({ status: 401, json: { code: "unauthenticated", msg: "no", meta: {} } }),
  );
  await page.getByLabel("Query", { exact: true }).press("Enter");
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
  await takeBoth(sitter, "session-ended", size, take, { held: QUERY });
  await page.unrouteAll({ behavior: "ignoreErrors" });
}
