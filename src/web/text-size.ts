/**
 * How large the reader has set text in their browser, for what script lays out and draws: styles go by rem and em.
 * Invariant: 1 where text is 16 px, as it is unless said; it follows while the page is open, without being asked for.
 */
import { type Signal, signal } from "@preact/signals";

const USUAL_PX = 16;

/** What is of so many px at the usual size of text takes so many times them. */
export const textScale = signal(scaleNow());

function scaleNow(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX;
}

/** As wide as one letter of the usual size is high: nothing else tells when that changes. */
const probe = document.createElement("div");
probe.className = "text-probe";
document.body.append(probe);
new ResizeObserver(() => (textScale.value = scaleNow())).observe(probe);

const narrower = new Map<number, Signal<boolean>>();

/**
 * Whether the window is less wide than so many px at the usual size of text, as the styles have it.
 * Who asks while drawing is drawn again when that changes, as when a phone is turned.
 */
export function isNarrower(px: number): boolean {
  let known = narrower.get(px);
  if (known === undefined) {
    const query = matchMedia(`(max-width: ${(px - 1) / USUAL_PX}em)`);
    const made = signal(query.matches);
    query.addEventListener("change", () => (made.value = query.matches));
    narrower.set(px, made);
    known = made;
  }
  return known.value;
}
