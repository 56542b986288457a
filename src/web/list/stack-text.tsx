/**
 * A stack trace with the frames of libraries folded. Invariant: nothing is left out but what one click shows.
 */
import { useSignal } from "@preact/signals";
import { shownText } from "../words.ts";

const FRAME = /^\s+at |^\s*File "|^\s+from .+:\d+|^\t/;
const LIBRARY =
  /node_modules|node:internal|site-packages|\/usr\/lib|\/usr\/local\/go\/|\bjava\.|\bjavax\.|\bsun\.|org\.springframework|<frozen |\/gems\//;

/** Two frames or more make a stack. */
export function isStack(text: string): boolean {
  if (!text.includes("\n") || text.length > 65_536) return false;
  let frames = 0;
  for (const line of text.split("\n")) if (FRAME.test(line) && ++frames > 1) return true;
  return false;
}

export function StackText(props: { text: string }) {
  const open = useSignal<ReadonlySet<number>>(new Set());
  return (
    <bdi class="stack">
      {foldsOf(props.text).map((fold) =>
        fold.isLibrary && fold.lines.length > 1 && !open.value.has(fold.at) ? (
          <button
            type="button"
            class="fold"
            key={fold.at}
            onClick={() => (open.value = new Set([...open.value, fold.at]))}
          >
            … {fold.lines.length} frames of libraries
          </button>
        ) : (
          <span key={fold.at} class={fold.isLibrary ? "library" : undefined}>
            {shownText(`${fold.lines.join("\n")}\n`)}
          </span>
        ),
      )}
    </bdi>
  );
}

function foldsOf(text: string) {
  const folds: { at: number; isLibrary: boolean; lines: string[] }[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const isLibrary = FRAME.test(line) && LIBRARY.test(line);
    const last = folds.at(-1);
    if (last?.isLibrary === isLibrary) last.lines.push(line);
    else folds.push({ at, isLibrary, lines: [line] });
  }
  return folds;
}
