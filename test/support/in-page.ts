/**
 * Runs a function of `test/in-page/` in a page. Invariant: it comes by the debugger, as the page's policy lets no script in,
 * and is typed and checked with the page's own code (src/web/tsconfig.json).
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type { Page } from "playwright-core";

/** @param call such as `layoutFaults(24)`; what it gives is awaited, and must be JSON. */
export function inPage<T>(page: Page, file: keyof typeof CODE, call: string): Promise<T> {
  return page.evaluate<T>(`(() => { ${CODE[file]}; return ${call} })()`);
}

// Read once: it is asked for hundreds of times a run.
const CODE = {
  layout: codeOf("layout"),
  pictures: codeOf("pictures"),
  still: codeOf("still"),
  ink: codeOf("ink"),
};

function codeOf(file: string): string {
  const source = readFileSync(new URL(`../in-page/${file}.ts`, import.meta.url), "utf8");
  return stripTypeScriptTypes(source).replaceAll(/^export /gm, "");
}
