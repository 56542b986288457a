/**
 * Opens the dialog that exports what was found; undefined while nothing was found that it could be about.
 */
import { signal } from "@preact/signals";

export const openExport = signal<(() => void) | undefined>(undefined);
