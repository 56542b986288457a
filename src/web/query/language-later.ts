/**
 * Stands in the page for the language (vite.config.ts puts it in the place of its modules), which is a third of all
 * the script: no query is there at first but the one in the address, and for that one it is loaded before it is shown.
 * Invariant: until it is loaded every query is taken for valid, as the server has the last word, nothing is coloured
 * and nothing offered; once it is, each function is the language's own, and who asked before is drawn again.
 */
import { signal } from "@preact/signals";
import type * as Language from "./language.ts";

export const languageReady = signal(false);
let language: typeof Language | undefined;
let loading: Promise<void> | undefined;

/** Loads it, once; a failure is tried again with the next call. */
export function loadLanguage(): Promise<void> {
  loading ??= import("./language.ts").then(
    (loaded) => {
      language = loaded;
      languageReady.value = true;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Does what needs the language now where it is there, or once it is; without it where it cannot be had. */
export function withLanguage(run: () => void): void {
  if (languageReady.peek()) run();
  else void loadLanguage().then(run, run);
}

/** For a part that reads or writes queries: it is there when the language is. */
export async function afterLanguage<T>(part: Promise<T>): Promise<T> {
  const [one] = await Promise.all([part, loadLanguage()]);
  return one;
}

/** Reading `languageReady` makes the caller one who is drawn again. */
function loaded(): typeof Language | undefined {
  return languageReady.value ? language : undefined;
}

/** @public */
export const parseQuery: typeof Language.parseQuery = (text, context) =>
  loaded()?.parseQuery(text, context) ?? {
    ok: true,
    query: { filter: { kind: "all" }, pipes: [], columns: null },
    warnings: [],
  };

/** @public */
export const printQuery: typeof Language.printQuery = (query) => loaded()?.printQuery(query) ?? "";

/** @public */
export const highlight: typeof Language.highlight = (text) => loaded()?.highlight(text) ?? [];

/** @public */
export const complete: typeof Language.complete = (text, at) =>
  loaded()?.complete(text, at) ?? { kind: "none", from: at, prefix: "" };

/** @public */
export const completionAt: typeof Language.completionAt = (text, at) =>
  loaded()?.completionAt(text, at) ?? { kind: "none", from: at, prefix: "" };

/** @public */
export const asksFor: typeof Language.asksFor = (completion) => loaded()?.asksFor(completion);

/** @public */
export const suggestionsFor: typeof Language.suggestionsFor = (text, at, completion, known) =>
  loaded()?.suggestionsFor(text, at, completion, known) ?? [];
