/**
 * Keys of a tree of fields. Invariant: one item can be reached by Tab, the one that had the focus last.
 */
/** Arrows go from item to item; the one that has the focus is the one that Tab comes back to. */
export function moveInTree(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  if (event.target instanceof HTMLInputElement) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = items[Math.max(0, Math.min(items.length - 1, (at < 0 ? 0 : at) + step))];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  for (const item of items) item.tabIndex = item === to ? 0 : -1;
  to.focus();
}
