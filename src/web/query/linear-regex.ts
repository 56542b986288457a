/**
 * Stands in the page for the engine of regular expressions (vite.config.ts puts it in its place), which is half of
 * all the script and is needed only by a query that holds one.
 * Invariant: until it is loaded every pattern is taken for valid, as the server has the last word; once it is, both
 * bindings are its own, and `regexesReady` says so to whoever parsed before.
 */
import { signal } from "@preact/signals";

interface Compiles {
  compile(source: string): { programSize(): number };
}

/** @public Imported by its own name in the query's sources. */
export let RE2JS: Compiles = { compile: () => ({ programSize: () => 0 }) };
class NothingThrown extends Error {}
/** @public */
export let RE2JSSyntaxException: abstract new (...given: never[]) => Error = NothingThrown;

export const regexesReady = signal(false);
let loading: Promise<void> | undefined;

/** Loads the engine, once; a failure is tried again with the next pattern. */
export function loadRegexes(): void {
  loading ??= import("re2js").then(
    (engine) => {
      RE2JS = engine.RE2JS;
      RE2JSSyntaxException = engine.RE2JSSyntaxException;
      regexesReady.value = true;
    },
    () => {
      loading = undefined;
    },
  );
}
