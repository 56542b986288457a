import { defineConfig } from "vite";

/** Builds the page. Relative addresses, so that it works below any path prefix. */
export default defineConfig({
  root: "src/web",
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../../dist/web", emptyOutDir: true, modulePreload: { polyfill: false } },
});
