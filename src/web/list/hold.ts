/**
 * What of the reader keeps new rows waiting. Invariant: each reason is named, the nearest first.
 */

/** What of the reader holds new rows back, in words for the pill; "" for nothing. */
export function holdOf(what: {
  isOpen: boolean;
  isPanel: boolean;
  isPointed: boolean;
  isAway: boolean;
}): string {
  if (what.isPanel) return "held while the panel is open";
  if (what.isOpen) return "held while a row is open";
  const selection = getSelection();
  if (
    selection !== null &&
    !selection.isCollapsed &&
    selection.anchorNode?.parentElement?.closest(".rows") !== null
  )
    return "held while text is selected";
  if (what.isAway) return "held while you read further on";
  if (document.activeElement?.closest(".rows .line") !== null && document.activeElement !== null)
    return "held while the keyboard is on a row";
  return what.isPointed ? "held while the pointer moves over the rows" : "";
}
