/**
 * Whether the palette is open: apart from it, so that it is loaded when it first is.
 */
import { signal } from "@preact/signals";

export const showPalette = signal(false);
