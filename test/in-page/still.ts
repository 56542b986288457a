/**
 * Makes a page stand still, so that two runs draw the same. Run in the browser (../support/in-page.ts): it imports nothing.
 * Invariant: what two runs cannot have in common is replaced before a picture is taken, never masked after; all else is
 * what the page drew.
 */

/** Texts that no two runs have in common: ids, keys, links, and how long something took. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    "0193f0a1-7c00-7000-8000-000000000000",
  ],
  [/argus_[A-Za-z0-9_-]{20,}/g, "argus_rw_7Kq2mWc9xT4vRb81LpZs0Hn6d4"],
  // How a key begins.
  [/^argus_[A-Za-z0-9_-]{6,19}$/g, "argus_7Kq2mWc9xT4v"],
  [/(https?:\/\/127\.0\.0\.1:)\d+/g, "http://127.0.0.1:4700"],
  [/#[A-Za-z0-9_-]{20,}/g, "#7Kq2mWc9xT4vRb81LpZs0Hn6d4"],
  [/\brequest [0-9a-zA-Z-]{8,}/g, "request 0193f0a1-7c00"],
  [/^[\d.,]+ ms$/g, "12 ms"],
  // A setup code by itself, and the next try of what is away.
  [/^[A-Za-z0-9_-]{24}$/g, "7Kq2mWc9xT4vRb81LpZs0Hn6"],
  [/\bagain in \d+ s$/g, "again in 4 s"],
];

/** What was opened to answer: how blocks are merged by now depends on how long the run took so far. */
const OPENED: readonly (readonly [selector: string, RegExp, string])[] = [
  [".status-line .cell", /^.* rows read$/, "7,768 rows read"],
  [".status-line .cell", /^.* blocks?$/, "4 of 4 blocks"],
  [".empty p", /^[\d,]+ rows checked\./, "1,412 rows checked."],
];

/** Not even a caret goes on and off, and what goes round for ever rests where it begins. */
const REST = `*, *::before, *::after {
  caret-color: transparent !important; animation: none !important; transition: none !important;
}`;

declare global {
  /** Of the page, those that end within a second: it waits for a hand to rest before it goes on. */
  var pendingTimers: ReadonlySet<unknown>;
}

/** Milliseconds without a change after which what has come is drawn, on a busy machine, too. */
const QUIET_MS = 120;
/** How long after that a timer may still run before it is looked at again. */
const LOOK_AGAIN_MS = 20;

/**
 * Waits until nothing on the page has changed for a while, and whatever timer ran at its last change has ended. What
 * must not be waited for says so by being awaited nowhere: it is for the caller to know which answers are under way.
 */
export async function untilQuiet(): Promise<void> {
  rest();
  await letters();
  await new Promise<void>((done) => {
    let awaited: readonly unknown[] = [];
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      if (awaited.some((one) => pendingTimers.has(one))) {
        timer = setTimeout(look, LOOK_AGAIN_MS);
        return;
      }
      changes.disconnect();
      done();
    };
    const begin = (): void => {
      clearTimeout(timer);
      // One that is set later, by one of these, goes round for ever, or comes with a change.
      awaited = [...pendingTimers];
      timer = setTimeout(look, QUIET_MS);
    };
    const changes = new MutationObserver(begin);
    begin();
    changes.observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
}

/** The strong ones come when all else is there. */
async function letters(): Promise<void> {
  const isThere = ({ family, weight }: FontFace): boolean =>
    family.includes("Inter") && weight === "500";
  while (![...document.fonts].some(isThere))
    await new Promise((done) => requestAnimationFrame(done));
  await document.fonts.load("500 12px Inter");
  await document.fonts.ready;
}

function rest(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(REST);
  document.adoptedStyleSheets = [sheet];
}

/**
 * Gives what no two runs have in common a text of its own.
 * @returns whether there was any; resolves when that is drawn.
 */
export async function makeStill(): Promise<boolean> {
  let replaced = false;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    const text = node.nodeValue ?? "";
    const still = stillText(text);
    if (still === text) continue;
    node.nodeValue = still;
    replaced = true;
  }
  for (const [selector, pattern, by] of OPENED)
    for (const one of document.querySelectorAll<HTMLElement>(selector)) {
      const text = one.textContent ?? "";
      const still = text.replace(pattern, by);
      if (still === text) continue;
      one.textContent = still;
      replaced = true;
    }
  for (const field of document.querySelectorAll<HTMLInputElement>("input, textarea")) {
    const still = stillText(field.value);
    if (still === field.value) continue;
    field.dataset["was"] = field.value;
    field.value = still;
    replaced = true;
  }
  if (replaced)
    await new Promise<void>((done) =>
      requestAnimationFrame(() => requestAnimationFrame(() => done())),
    );
  return replaced;
}

/** Gives fields what they held, for what is done next. */
export function goOn(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-was]")) {
    field.value = field.dataset["was"] ?? "";
    delete field.dataset["was"];
  }
}

function stillText(text: string): string {
  return VOLATILE.reduce((so, [pattern, by]) => so.replaceAll(pattern, by), text);
}
