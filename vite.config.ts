import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { writeFontSubsets } from "./scripts/font-subsets.ts";

const MODULES = join(import.meta.dirname, "node_modules");
const FONTS = join(MODULES, ".cache/argus-fonts");
const WEB = join(import.meta.dirname, "src/web/");
const LANGUAGE = join(WEB, "query/language.ts");
const LANGUAGE_STAND_IN = join(WEB, "query/language-later.ts");
const REGEX_STAND_IN = join(WEB, "query/linear-regex.ts");

/** The page loads the engine of regular expressions when a query holds one: its stand-in alone imports it. */
const regexLater: Plugin = {
  name: "regex-later",
  enforce: "pre",
  resolveId: (source, importer) =>
    source === "re2js" && importer !== REGEX_STAND_IN ? REGEX_STAND_IN : null,
};

/** The page loads the language after its first look, or before a query that the address holds: a stand-in loads it. */
const languageLater: Plugin = {
  name: "language-later",
  enforce: "pre",
  resolveId: (source, importer) => {
    if (importer === undefined || importer === LANGUAGE || !importer.startsWith(WEB)) return null;
    if (!/\/(query\/(parse|print|highlight|complete)|suggest)\.ts$/.test(source)) return null;
    return LANGUAGE_STAND_IN;
  },
};

/** Files are compressed once, here, and served as they lie: fonts and pictures of pixels are so already. */
const compressed: Plugin = {
  name: "compressed",
  writeBundle({ dir = "" }) {
    const folder = join(dir, "assets");
    for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const bytes = readFileSync(join(folder, name));
      const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: quality }));
    }
  },
};

/** Builds the page. Relative addresses, so that it works below any path prefix. */
export default defineConfig({
  root: "src/web",
  base: "./",
  plugins: [
    regexLater,
    languageLater,
    { name: "font-subsets", buildStart: () => writeFontSubsets(MODULES, FONTS) },
    compressed,
  ],
  resolve: { alias: { "virtual-fonts": FONTS } },
  // As it is served, whatever NODE_ENV says: what helps to develop tells paths of this machine.
  oxc: { jsx: { runtime: "automatic", importSource: "preact", development: false } },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // All that every page begins with is one file: what later parts share with it would be a dozen of their own.
        codeSplitting: { groups: [{ name: "index", tags: ["$initial"] }] },
      },
    },
  },
});
