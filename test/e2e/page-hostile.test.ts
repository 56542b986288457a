/** What senders write to take the page over, to hide in it, or to bring it down, in a real browser. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type WatchedPage } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";

const SCRIPT = `<script>document.title="taken"</script><img src=x onerror="document.title='taken'">`;
const NAMES = ["__proto__", "constructor", "toString", "<i>name</i>", "a\u202eb", "z\u200bw"];
/** As senders write JSON: a literal would set the prototype. Of two values, so that each is worth a facet. */
const attributesOf = (n: number): object => {
  const members = NAMES.map((name) =>
    [name, `<b>of ${name}</b>${n % 2}`].map((one) => JSON.stringify(one)),
  );
  return JSON.parse(`{${members.map((pair) => pair.join(":")).join(",")}}`) as object;
};
const MARKS = [
  "escape \u001b[31mred\u001b[0m \u001b]8;;http://evil.example\u0007link",
  "turned \u202egnp.exe \u2066in\u2069 \u200fmark \u061cmark",
  "hidden pass\u200bword soft\u00adhyphen \ufeffbom \u2060joiner s\u200de",
  "lines one\u2028two\u2029three\u0085four",
  "tags a\u{e0061}\u{e007f}",
].join(" | ");
const SHOWN = [
  "⟨U+202E⟩gnp.exe ⟨U+2066⟩in⟨U+2069⟩ ⟨U+200F⟩mark ⟨U+061C⟩mark",
  "pass⟨U+200B⟩word soft⟨U+00AD⟩hyphen ⟨U+FEFF⟩bom ⟨U+2060⟩joiner s⟨U+200D⟩e",
  "one⟨U+2028⟩two⟨U+2029⟩three⟨U+0085⟩four",
  "a⟨U+E0061⟩⟨U+E007F⟩",
];

describe.skipIf(chromiumPath() === undefined)("what senders write", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
    const entries = Array.from({ length: 20 }, (_, n) => ({
      message: `${n} ${SCRIPT}`,
      level: n === 0 ? "<b>loud</b>" : "error",
      service: "</span><h1>evil",
      host: `"><svg onload="document.title='taken'">`,
      trace_id: "0123456789abcdef0123456789abcdef",
      attributes: attributesOf(n),
    }));
    await world.send([...entries, { message: MARKS, service: "marks" }]);
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const rows = (page: Page): Locator =>
    page.getByRole("grid", { name: "Entries" }).locator(".line");
  async function open(search: string): Promise<WatchedPage> {
    const tab = await world.open(`/a/shop/logs?${search}`);
    await tab.page.getByRole("status").getByText("Complete").waitFor();
    return tab;
  }
  /** Nothing of it has become a part of the page, and nothing is pushed aside. */
  async function isUntouched(opened: WatchedPage): Promise<void> {
    const { page, faults } = opened;
    expect(faults).toEqual([]);
    expect(await page.title()).toMatch(/ · Argus$|^shop/);
    const foreign = await page
      .locator(
        "main :is(img, script, svg[onload], h1:not(.unseen), b:has-text('of '), i:has-text('name'))",
      )
      .count();
    expect(foreign).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  }

  test("names and values are text in rows, fields, every tab of the panel and columns", async () => {
    const columns = encodeURIComponent("time,__proto__,constructor,hasOwnProperty,message");
    await using opened = await open(`q=service:*evil*&cols=${columns}`);
    const { page } = opened;
    const first = (await rows(page).first().textContent()) ?? "";
    expect(first).toContain(SCRIPT);
    expect(first).toContain("<b>of __proto__</b>");
    expect(first).toContain("<b>of constructor</b>");
    expect(first).toContain("a⟨U+202E⟩b=");
    expect(first).not.toContain("native code");
    await rows(page).first().focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: /^Entry: / });
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "<i>name</i>",
      "a⟨U+202E⟩b",
      "z⟨U+200B⟩w",
    ])
      await panel.getByRole("button", { name: `Copy ${name}`, exact: true }).waitFor();
    for (const [tab, text] of [
      ["JSON", "<b>of"],
      ["Context", SCRIPT],
      ["Trace", SCRIPT],
      ["Raw", "__proto__"],
    ] as const) {
      await panel.getByRole("tab", { name: tab }).click();
      await panel.getByText(text).first().waitFor();
      await isUntouched(opened);
    }
  });

  test("names and values are text in facets, suggestions, the palette, toasts, titles and charts", async () => {
    await using opened = await open(`q=${encodeURIComponent(`"<img src=x" service:*evil*`)}`);
    const { page } = opened;
    expect(await page.title()).toContain(`"<img src=x"`);
    const tree = page.getByRole("tree", { name: "Fields and values" });
    await tree.getByText("</span><h1>evil").waitFor();
    await tree.getByText("__proto__", { exact: true }).first().waitFor();
    await tree.getByText("<i>name</i>", { exact: true }).waitFor();
    // What is clicked is written so that it finds just that.
    const value = tree.getByRole("treeitem", { name: /of __proto__<\/b>1/ });
    await tree.getByRole("treeitem", { name: /^error/ }).waitFor();
    if ((await value.count()) === 0)
      await tree.getByText("__proto__", { exact: true }).first().click();
    await value.click();
    await page.getByText("10 entries").first().waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toContain("__proto__");
    await isUntouched(opened);
    const query = page.getByLabel("Query", { exact: true });
    await query.fill("");
    await query.pressSequentially("constr");
    await page.getByRole("option", { name: /^constructor/ }).waitFor();
    await query.fill("");
    await query.pressSequentially("constructor:");
    await page.getByRole("option", { name: /<b>of constructor<\/b>/ }).waitFor();
    await isUntouched(opened);
    await query.press("Escape");
    await query.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("__proto");
    await page.getByRole("option", { name: /__proto__/ }).waitFor();
    await isUntouched(opened);
    await page.keyboard.press("Escape");
    await query.fill(`| timechart 10s count() by "<i>name</i>"`);
    await query.press("Enter");
    await page.getByRole("button", { name: "<b>of <i>name</i></b>1" }).waitFor();
    await isUntouched(opened);
  });

  test("what would hide, turn the text around or end a line is named", async () => {
    await using opened = await open("q=service:marks");
    const { page } = opened;
    await rows(page).first().click();
    const message = page.locator(".whole-message");
    for (const where of [rows(page).first(), message])
      for (const shown of SHOWN) await expect.poll(() => where.textContent()).toContain(shown);
    const text = (await message.textContent()) ?? "";
    expect(text).toContain("escape red ␛]8;;http://evil.example␇link");
    // One line is one line.
    expect((await rows(page).first().boundingBox())?.height).toBe(24);
    await isUntouched(opened);
  });

  test("what is very large opens by its beginning, all of it by a click, and never breaks the page", async () => {
    const attributes: Record<string, unknown> = Object.fromEntries(
      Array.from({ length: 500 }, (_, n) => [`field_${n}`, `value ${n} ${"y".repeat(60)}`]),
    );
    let deep: unknown = "the bottom";
    for (let n = 0; n < 30; n++) deep = [deep];
    const stack = `Error: deep\n${Array.from({ length: 10_000 }, (_, n) => `    at frame${n} (/srv/app/node_modules/x/${n}.js:1:1)`).join("\n")}`;
    await world.send([
      { message: `${"long ".repeat(200_000)}the end`, service: "large", attributes },
      { message: stack, service: "stacked", attributes: { deep, tall: "line\n".repeat(5000) } },
    ]);
    await using opened = await open("q=service:large");
    const { page } = opened;
    await rows(page).first().click();
    await page.getByRole("button", { name: "Copy field_0", exact: true }).waitFor();
    await page.getByRole("button", { name: /^Show 30\d more fields$/ }).click();
    await page.getByRole("button", { name: "Copy field_499", exact: true }).waitFor();
    await page.getByRole("button", { name: "Show all 977 KB" }).click();
    await expect.poll(() => page.locator(".whole-message").textContent()).toMatch(/long the end$/);
    await isUntouched(opened);
    await page.keyboard.press("Escape");
    await rows(page).first().focus();
    await page.keyboard.press("Enter");
    for (const tab of ["JSON", "Raw"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page
        .getByRole("tabpanel", { name: tab })
        .getByRole("button", { name: /^Show all [\d,]+ KB$/ })
        .first()
        .click();
      await isUntouched(opened);
    }
    await page.goto(`${world.server.url}/a/shop/logs?q=service:stacked&panel=fields`);
    await rows(page).first().focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: /^Entry: / });
    await panel
      .getByRole("button", { name: /^Show all/ })
      .first()
      .click();
    await expect
      .poll(() => panel.locator(".whole-message").textContent())
      .toContain("at frame9999");
    await panel
      .getByText(/^\[1\]/)
      .first()
      .click();
    await page.setViewportSize({ width: 320, height: 700 });
    await isUntouched(opened);
  });
});
