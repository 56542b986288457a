/**
 * What is wrong with how a page is laid out, looked at from inside of it. Run in the browser (../support/in-page.ts):
 * it imports nothing. Invariant: only what is on screen counts, and of it only what is not under a dialog or a menu.
 */
const CONTROLS =
  "a[href], button, select, textarea, input, summary, [role=tab], [role=option], [role=treeitem], [role=slider], [role=separator][tabindex]";
/** May lie over the rest while they are there. */
const FLOATING =
  "dialog, [popover]:popover-open, .toasts, .away, .pill, .selection-bar, .suggestions, .query-problem, .progress, .panel, .facets, .pane > .status-line, .explorer-foot, .pattern-head";

/** Lie over what they belong to, and are seen through. */
const SEE_THROUGH = ".histogram-hand, .rail-track, .query-box textarea, .chart-hand";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What has one measure wherever it is, px at the usual size of text: the design's, which the eye goes by. In a list, of a row that is not opened. */
const MEASURES: readonly (readonly [selector: string, side: "height" | "width", px: number])[] = [
  [".bar", "height", 40],
  [".stages", "height", 31],
  [".summary", "height", 36],
  [".found .tab-row", "height", 34],
  [".heads", "height", 24],
  [".status-line", "height", 24],
  [".rows.standard .line:not(.wraps)", "height", 24],
  [".rows.compact .line:not(.wraps)", "height", 20],
  [".rows.roomy .line:not(.wraps)", "height", 30],
];
/** Columns, in windows of at least so many px: the rail keeps its strip alone where there is little room. */
const COLUMNS: readonly (readonly [fromPx: number, selector: string, px: number])[] = [
  [1680, ".facets", 264],
  [1680, ".panel", 560],
  [1200, ".facets", 236],
  [900, ".panel", 468],
  [900, ".rail", 50],
];
/** On a phone a row is of two lines or three, and all is as high as a finger. */
const PHONE_MEASURES: typeof MEASURES = [
  [".dock button", "height", 52],
  [".rows .line:not(.wraps)", "height", 64],
];

/** @param leastPx of the sides of what is pressed. @returns a line a fault. */
export function layoutFaults(leastPx: number): string[] {
  const faults = [
    ...overflow(),
    ...unreachable(),
    ...smallTargets(leastPx),
    ...clippedTexts(),
    ...coveredTexts(),
    ...otherMeasures(),
    ...otherInk(),
  ];
  return [...new Set(faults)];
}

/** Signs have the colour of the words that they stand beside, whatever styles other screens have left. */
function otherInk(): string[] {
  return [...document.querySelectorAll<SVGElement>("svg.sign[width='1rem'] path")].flatMap(
    (one) => {
      const { stroke, color } = getComputedStyle(one);
      const of = one.closest("button, a, p, span, summary") ?? one;
      return stroke === color ? [] : [`a sign of ${nameOf(of)} is ${stroke}, not ${color}`];
    },
  );
}

function otherMeasures(): string[] {
  // As the reader set it: all that holds text grows with it, and there is room for less.
  const textScale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const wide = innerWidth / textScale;
  const columns = COLUMNS.filter(
    ([from, selector], at) =>
      wide >= from &&
      COLUMNS.findIndex(([least, same]) => same === selector && wide >= least) === at,
  ).map(([, selector, px]) => [selector, "width", px] as const);
  const measures = wide < 600 ? PHONE_MEASURES : [...MEASURES, ...columns];
  return measures.flatMap(([selector, side, usualPx]) => {
    const px = usualPx * textScale;
    return [...document.querySelectorAll<HTMLElement>(selector)].filter(isShown).flatMap((one) => {
      const lines = textScale > 1 && selector === ".status-line" ? linesOf(one, px) : 1;
      const is = one.getBoundingClientRect()[side] / lines;
      return Math.abs(is - px) < 0.5 ? [] : [`${nameOf(one)} has a ${side} of ${is} px, not ${px}`];
    });
  });
}

/** Large text has room for less on one line. */
function linesOf(one: HTMLElement, linePx: number): number {
  return Math.max(1, Math.round(one.getBoundingClientRect().height / linePx));
}

function overflow(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth
    ? [`the page is ${scrollWidth} px wide, not ${clientWidth}`]
    : [];
}

/** What is pressed lies in the window, or can be pushed into it. */
function unreachable(): string[] {
  return [...document.querySelectorAll<HTMLElement>(CONTROLS)].flatMap((one) => {
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return [];
    const { left, right, width } = one.getBoundingClientRect();
    if (width <= 2 || (left >= -1 && right <= innerWidth + 1)) return [];
    if (one.closest(".unseen") !== null || isPushed(one)) return [];
    return [`${nameOf(one)} ends at ${Math.round(right)} px, beyond the window`];
  });
}

/** Whether something around it is pushed sideways. */
function isPushed(one: HTMLElement): boolean {
  for (let box = one.parentElement; box !== null; box = box.parentElement)
    if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return true;
  return false;
}

function smallTargets(leastPx: number): string[] {
  return [...document.querySelectorAll<HTMLElement>(CONTROLS)].filter(isShown).flatMap((one) => {
    if (isInSentence(one)) return [];
    const box = targetOf(one);
    const [wide, high] = [box.right - box.left, box.bottom - box.top].map(
      (px) => Math.round(px * 10) / 10,
    );
    if (wide === undefined || high === undefined) return [];
    return wide < leastPx || high < leastPx ? [`${nameOf(one)} is ${wide} × ${high} px`] : [];
  });
}

/** A box to tick is pressed by its label, too. */
function targetOf(one: HTMLElement): Box {
  // A press anywhere in the box is one in the field.
  const frame = one.closest(".query-box");
  if (one.matches("textarea") && frame !== null) return frame.getBoundingClientRect();
  const label = one instanceof HTMLInputElement ? one.labels?.[0] : undefined;
  const boxes = [one, label].flatMap((each) => (each ? [each.getBoundingClientRect()] : []));
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

/** A link or button among words is as high as its line. */
function isInSentence(one: HTMLElement): boolean {
  if (!getComputedStyle(one).display.startsWith("inline")) return false;
  return [...(one.parentElement?.childNodes ?? [])].some(
    (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim().length > 2,
  );
}

function clippedTexts(): string[] {
  return textLeaves().flatMap((one) => {
    for (let box: HTMLElement | null = one; box !== null; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.overflowX === "auto" || style.overflowX === "scroll" || style.overflowY === "auto")
        return [];
      const cuts = (overflowing: string): boolean =>
        overflowing === "hidden" || overflowing === "clip";
      if (!cuts(style.overflowX) && !cuts(style.overflowY)) continue;
      // Said by three dots, and whole where it is asked for.
      if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return [];
      const [text, frame] = [boxOf(one), box.getBoundingClientRect()];
      const isCut =
        (cuts(style.overflowX) && (text.right > frame.right + 1 || text.left < frame.left - 1)) ||
        (cuts(style.overflowY) && (text.bottom > frame.bottom + 2 || text.top < frame.top - 2));
      if (isCut) return [`“${wordsOf(one)}” is cut by ${nameOf(box)}`];
    }
    return [];
  });
}

function coveredTexts(): string[] {
  const modal = document.querySelector("dialog:modal");
  return textLeaves().flatMap((one) => {
    if (modal !== null && !modal.contains(one)) return [];
    if (getComputedStyle(one).pointerEvents === "none") return [];
    const box = boxOf(one);
    const y = (box.top + box.bottom) / 2;
    for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2]) {
      const top = document.elementFromPoint(x, y);
      if (top === null || top.contains(one) || one.contains(top)) continue;
      if (top.closest(SEE_THROUGH) !== null || isClear(top)) continue;
      if (top.closest(FLOATING) !== null && one.closest(FLOATING) !== top.closest(FLOATING))
        continue;
      // Scrolled out of its own frame.
      if (!isInFrames(one, x, y)) continue;
      return [`“${wordsOf(one)}” lies under ${nameOf(top)}`];
    }
    return [];
  });
}

/** Elements that hold text themselves and are seen. */
function textLeaves(): HTMLElement[] {
  return [...document.body.querySelectorAll<HTMLElement>("*")].filter(
    (one) =>
      [...one.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "",
      ) &&
      one.closest(".query-box, option, script, style") === null &&
      isShown(one),
  );
}

/** Whether it is there for a pointer alone, until one comes. */
function isClear(one: Element): boolean {
  return !one.checkVisibility({ opacityProperty: true });
}

function isShown(one: HTMLElement): boolean {
  if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  if (one.closest(".unseen") !== null) return false;
  const box = one.getBoundingClientRect();
  // Smaller is for keys and screen readers, until the focus is there.
  if (box.width <= 2 || box.height <= 2) return false;
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return false;
  const modal = document.querySelector("dialog:modal");
  if (modal !== null && !modal.contains(one)) return false;
  return isInFrames(one, x, y);
}

/** Whether a point of it is within everything that scrolls or cuts it, itself among them. */
function isInFrames(one: HTMLElement, x: number, y: number): boolean {
  for (
    let box: HTMLElement | null = one;
    box !== null && box !== document.body;
    box = box.parentElement
  ) {
    if (getComputedStyle(box).overflow === "visible") continue;
    const { left, top, right, bottom } = box.getBoundingClientRect();
    // What begins where a frame ends is not in it.
    if (x < left || x >= right || y < top || y >= bottom) return false;
  }
  return true;
}

/** Of its own words alone. */
function boxOf(one: HTMLElement): Box {
  const range = document.createRange();
  range.selectNodeContents(one);
  return range.getBoundingClientRect();
}

function wordsOf(one: HTMLElement): string {
  return (one.textContent ?? "").trim().replaceAll(/\s+/g, " ").slice(0, 40);
}

function nameOf(one: Element): string {
  const classes =
    typeof one.className === "string" ? one.className.trim().replaceAll(/\s+/g, ".") : "";
  const name = one.getAttribute("aria-label") ?? (one instanceof HTMLElement ? wordsOf(one) : "");
  return `${one.tagName.toLowerCase()}${classes === "" ? "" : `.${classes}`} “${name.slice(0, 40)}”`;
}
