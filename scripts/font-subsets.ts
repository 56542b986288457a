/**
 * The page's fonts in two parts: what nearly every text is made of, and the rest of Latin, which a browser fetches when
 * it meets such a letter. Invariant: the parts together are the font, and `src/web/fonts.css` names their ranges.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import subsetFont from "subset-font";

/** As in fonts.css: ASCII, and the signs that the page itself writes. */
const COMMON = [[0x20, 0x7e]] as const;
const SIGNS = "\u00a0·×–—‘’“”…\u202f−";

const FILES = {
  "inter-400.woff2": "@fontsource/inter/files/inter-latin-400-normal.woff2",
  "inter-500.woff2": "@fontsource/inter/files/inter-latin-500-normal.woff2",
  "mono-400.woff2": "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2",
} as const;

/** Writes the first parts into `folder`; the others are the fonts as they are. */
export async function writeFontSubsets(modules: string, folder: string): Promise<void> {
  const common = COMMON.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at)),
  ).join("");
  await mkdir(folder, { recursive: true });
  for (const [name, source] of Object.entries(FILES)) {
    const font = await readFile(join(modules, source));
    await writeFile(
      join(folder, name),
      await subsetFont(font, common + SIGNS, { targetFormat: "woff2" }),
    );
  }
}
