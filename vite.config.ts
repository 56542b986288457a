import { join } from "node:path";
import { defineConfig } from "vite";
import { writeFontSubsets } from "./scripts/font-subsets.ts";
import { servicesLater } from "./scripts/services-later.ts";

const MODULES = join(import.meta.dirname, "node_modules");
const FONTS = join(MODULES, ".cache/argus-fonts");

/** Builds the page. Relative addresses, so that it works below any path prefix. */
export default defineConfig({
  root: "src/web",
  base: "./",
  plugins: [
    servicesLater,
    { name: "font-subsets", buildStart: () => writeFontSubsets(MODULES, FONTS) },
  ],
  resolve: { alias: { "virtual-fonts": FONTS } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../../dist/web", emptyOutDir: true, modulePreload: { polyfill: false } },
});
