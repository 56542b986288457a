/**
 * Puts a text on the clipboard, also where the browser hides its clipboard from a page: over plain HTTP from
 * another machine.
 */

/** @returns whether it is there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Undefined over plain HTTP, whatever its type says.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The way of old: what is selected is copied, so something has to be. */
function copySelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  // Where the page is: it must not scroll to the field.
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  try {
    // oxlint-disable-next-line no-deprecated -- nothing else copies over plain HTTP
    return document.execCommand("copy");
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
