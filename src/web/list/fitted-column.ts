/**
 * How wide a column must be for what is seen in it: its name, and its cells in the rows on screen.
 */

/** Fractions of letters add up. */
const SPARE_PX = 2;
/** What of a head its edge takes. */
const EDGE_PX = 16;

/** @param list with the heads and the rows. @param at the column, counted from the first after the glyph. */
export function fittedPx(list: HTMLElement, at: number): number {
  const frame = list.querySelector(".rows")?.getBoundingClientRect();
  const lines = [...list.querySelectorAll<HTMLElement>(".rows .item > .line")].filter((line) => {
    const { top, bottom } = line.getBoundingClientRect();
    return frame !== undefined && bottom > frame.top && top < frame.bottom;
  });
  const range = document.createRange();
  // Of the words themselves: the cell cuts them.
  const widthOf = (place: Element | undefined): number => {
    if (place === undefined) return 0;
    range.selectNodeContents(place);
    return range.getBoundingClientRect().width;
  };
  const name = widthOf(list.querySelectorAll(".head > .cut")[at]) + EDGE_PX;
  const cells = lines.map((line) => widthOf(line.children[at + 1]));
  return Math.ceil(Math.max(name, ...cells)) + SPARE_PX;
}
