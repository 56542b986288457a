/** What was found as a file, and as a link or a command for others, in a real browser. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";

const ENTRIES = 1200;
/** A file of the browser's own for the page, where the system's dialog would ask for one. */
const PICK_PRIVATE_FILE = `window.showSaveFilePicker = async ({ suggestedName }) => {
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle("picked-" + suggestedName.split(".").pop(), { create: true });
};`;
const READ_PRIVATE_FILE = (format: string): string =>
  `navigator.storage.getDirectory().then((folder) => folder.getFileHandle("picked-${format}")).then((file) => file.getFile()).then((file) => file.text())`;

describe.skipIf(chromiumPath() === undefined)("exports and links of the page", () => {
  let world: PageWorld;

  beforeAll(async () => {
    world = await openWorld();
    const nowMs = Date.now();
    await world.send(
      Array.from({ length: ENTRIES }, (_, at) => ({
        time: new Date(nowMs - 600_000 + at).toISOString(),
        message: `order ${at} "paid"\nin full`,
        service: at % 3 === 0 ? "web" : "shop",
        attributes: { total: at },
      })),
    );
    await world.person.grantPermissions(["clipboard-read", "clipboard-write"]);
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Export" });
  const clipboard = (page: Page): Promise<string> =>
    page.evaluate<string>("navigator.clipboard.readText()");
  async function openExport(search: string, script = PICK_PRIVATE_FILE): Promise<WatchedPage> {
    const tab = await world.open("/healthz");
    await tab.page.addInitScript(script);
    await tab.page.goto(`${world.server.url}/a/shop/logs${search}`);
    await tab.page.getByRole("status").getByText("Complete").waitFor();
    await tab.page.getByRole("button", { name: "Export" }).click();
    await dialog(tab.page).waitFor();
    return tab;
  }

  test("saves all rows as NDJSON, and says that as many came as were counted", async () => {
    await using opened = await openExport("");
    const { page, faults } = opened;
    await dialog(page).getByText("1,200 entries").waitFor();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("Complete: 1,200 rows, as many as were counted.").waitFor();
    const lines = (await page.evaluate<string>(READ_PRIVATE_FILE("ndjson"))).trimEnd().split("\n");
    expect(lines).toHaveLength(ENTRIES);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      message: 'order 1199 "paid"\nin full',
      attributes: { total: 1199 },
    });
    // An answer that is cut off is gone on with behind its last whole row.
    let asked = 0;
    await page.route("**/api/v1/export", async (route) => {
      if (asked++ > 0) return route.fallback();
      const whole = await (await route.fetch()).text();
      const body = `${whole.split("\n").slice(0, 500).join("\n")}\n{"mess`;
      await route.fulfill({ contentType: "application/x-ndjson", body });
    });
    await dialog(page).getByRole("button", { name: "Save again" }).click();
    await dialog(page).getByText("Complete: 1,200 rows, as many as were counted.").waitFor();
    expect(asked).toBe(2);
    expect(await page.evaluate<string>(READ_PRIVATE_FILE("ndjson"))).toBe(`${lines.join("\n")}\n`);
    expect(faults).toEqual([]);
  });

  test("saves the columns of the list as CSV", async () => {
    await using opened = await openExport("?q=service%3Aweb&cols=time%2Ctotal%2Cmessage");
    const { page, faults } = opened;
    await dialog(page).getByLabel("CSV").click();
    await dialog(page).getByLabel("The columns of the list").click();
    await dialog(page).getByText("400 entries").waitFor();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("Complete: 400 rows").waitFor();
    const text = await page.evaluate<string>(READ_PRIVATE_FILE("csv"));
    expect(text.split("\r\n")[0]).toBe("time,level,total,message");
    expect(text).toContain('1197,"order 1197 ""paid""\nin full"\r\n');
    expect(text).not.toContain("complete");
    expect(faults).toEqual([]);
  });

  test("says why a file does not hold all", async () => {
    await using opened = await openExport("");
    const { page } = opened;
    const end =
      '{"complete":false,"entries":1,"partial_reason":"the server is stopping","skipped":[],"next_cursor":"","approximate":[]}\n';
    const bodies = [`{"message":"one"}\n${end}`, '{"message":"one"}\n{"mess'];
    await page.route("**/api/v1/export", (route) =>
      route.fulfill({ contentType: "application/x-ndjson", body: bodies.shift() ?? "" }),
    );
    await dialog(page).getByRole("button", { name: "Save" }).click();
    const alert = dialog(page).getByRole("alert");
    await alert
      .getByText("Not complete: the server is stopping. The file holds 1 row of 1,200.")
      .waitFor();
    await dialog(page).getByRole("button", { name: "Save again" }).click();
    await alert.getByText("Not complete: the answer was cut off.").waitFor();
  });

  test("a browser that lets no page write a file downloads it by a ticket", async () => {
    await using opened = await openExport(
      "?q=service%3Aweb",
      "delete window.showSaveFilePicker; delete Window.prototype.showSaveFilePicker;",
    );
    const { page, faults } = opened;
    const downloading = page.waitForEvent("download");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    const file = await (await downloading).path();
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(401);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ complete: true, entries: 400 });
    await dialog(page).getByText("The browser saves the file.").waitFor();
    expect(faults).toEqual([]);
  });

  test("gives the same as commands of a shell", async () => {
    await using opened = await openExport("?q=service%3Aweb");
    const { page } = opened;
    await dialog(page).getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText("curl command copied").waitFor();
    await expect.poll(() => clipboard(page)).toContain("--data-urlencode query=service:web");
    await dialog(page).getByRole("button", { name: "Copy as CLI" }).click();
    await page.getByText(/^Command copied/).waitFor();
    await expect
      .poll(() => clipboard(page))
      .toMatch(/npx argus export service:web --app shop --since \S+ --until/);
  });

  test("a link opens the same rows for another person, whenever they open it", async () => {
    await using opened = await world.open("/a/shop/logs?q=service%3Aweb&tab=entries");
    const { page, faults } = opened;
    await page.getByText("400 entries", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: /^Link the same rows/ }).click();
    await page.getByText(/^Link copied, with the time fixed to .*\d\d:\d\d.* UTC/).waitFor();
    const link = await clipboard(page);
    expect(link).toMatch(/from=20\d\d.*&to=20\d\d/);
    const first = page.getByRole("grid", { name: "Entries" }).locator(".line").first();
    const rows = await first.textContent();
    // What came after it was copied is not what it shows.
    await world.send([{ message: "too late", service: "web" }]);
    const reader = await world.join("Ann", "viewer");
    await using other = await world.enter(link.slice(world.server.url.length), reader);
    await other.page.getByText("400 entries", { exact: true }).waitFor();
    const theirs = other.page.getByRole("grid", { name: "Entries" }).locator(".line").first();
    expect(await theirs.textContent()).toBe(rows);
    expect(await other.page.getByText("too late").count()).toBe(0);
    expect([...faults, ...other.faults]).toEqual([]);
  });

  test("a link may stay relative, and be Markdown or a command", async () => {
    await using opened = await world.open("/a/shop/logs?q=service%3Aweb&from=-15m");
    const { page } = opened;
    await page.getByRole("status").getByText("Complete").waitFor();
    const copy = async (name: RegExp, want: RegExp): Promise<void> => {
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByRole("group", { name: "Copy" }).getByRole("button", { name }).click();
      await page.getByRole("group", { name: "Copy" }).waitFor({ state: "detached" });
      await expect.poll(() => clipboard(page)).toMatch(want);
    };
    await copy(/^Link, time as it is/, /\?q=service%3Aweb&from=-15m$/);
    await copy(/^Markdown/, /^\[shop: service:web, .* UTC\]\(http.*from=20/);
    await copy(/^curl/, /"query":"service:web"/);
    await copy(/^Command line/, /npx argus search service:web --app shop/);
  });
});
