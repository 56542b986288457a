/**
 * How this machine's browser draws. Invariant: browsers whose specimens are equal draw equal pictures of the page: what
 * may differ from machine to machine is in it, letters of the page's own fonts and of the system's, edges, tints, shadows.
 */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { cameraOf } from "./camera.ts";
import { digestOf, type Hand } from "./references.ts";

const FONTS = { Inter: "inter", "JetBrains Mono": "jetbrains-mono" } as const;
/** The last ones are in none of the page's fonts. */
const LETTERS = "Argus 0123 >= fi ≥ ↵ ⌘ ⏎ ▲ ● ◐ × − ± Ω Ж 数 ⟨ ␛";

export async function handOf(browser: Browser): Promise<Hand> {
  const page = await browser.newPage({ viewport: { width: 480, height: 320 } });
  const camera = await cameraOf(page);
  await page.setContent(specimen());
  await page.evaluate("Promise.all([...document.fonts].map((font) => font.load()))");
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
  );
  const seen = digestOf(await camera());
  await page.close();
  return { chromium: browser.version(), specimen: seen };
}

function specimen(): string {
  const faces = Object.entries(FONTS).map(([family, name]) => {
    const file = `../../../node_modules/@fontsource/${name}/files/${name}-latin-400-normal.woff2`;
    const bytes = readFileSync(new URL(file, import.meta.url)).toString("base64");
    return `@font-face { font-family: "${family}"; src: url(data:font/woff2;base64,${bytes}); }`;
  });
  const families = [...Object.keys(FONTS), "system-ui", "sans-serif", "monospace", "serif"];
  return `<!doctype html><style>${faces.join("")}
    body { margin: 12px; background: #0e1315; color: #e4eae8; font-size: 12.5px }
    p { margin: 2px 0 } i { display: inline-block; width: 60.5px; height: 24px; margin: 6px }
  </style>${families.map((family) => `<p style='font-family:"${family}",${family}'>${LETTERS}</p>`).join("")}
  <i style="background:rgb(236 95 46 / 0.09);border:1px solid #5f7276;border-radius:5px"></i>
  <i style="background:linear-gradient(90deg,#3cc4ae,#0e1315);border-radius:999px"></i>
  <i style="background:#192123;box-shadow:0 8px 28px rgb(0 0 0 / 0.45);opacity:0.6"></i>
  <svg width="60" height="24"><polyline points="0,20 13,4.5 27,19 60,2" fill="none" stroke="#3cc4ae" stroke-width="1.4"/></svg>`;
}
