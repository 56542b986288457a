/**
 * Folds the case of text: Unicode 17 simple case folding (CaseFolding.txt, status C and S), a code
 * point to a code point, never locale-dependent.
 * Invariant: folding is idempotent, keeps the length in UTF-16 units and keeps what is a letter, mark
 * or digit one, so offsets and tokens of a folded text are those of the text itself.
 * The table is our own and not the engine's toLowerCase: blocks store folded tokens for years, and a
 * newer engine must not fold differently.
 */

/**
 * Runs of code points that fold by one distance, ascending. A run is `gap`, `,` or `:`, `count` (1 if
 * left out), the signed distance; numbers in base 36. `gap` counts from the run before; after `:` every
 * second code point folds. The test compares all of it with the regex engine's own folding.
 */
const RUNS =
  "1t,q+w 38,+lj b,n+w o,7+w 14:o+1 1e:3+1 7:8+1 h:n+1 1a,-3d 1:3+1 6,-7g 2,+5u 1:2+1 4,+5q 1,+1 2,2+5p " +
  "2,+1 3,+27 1,+5m 1,+5n 1,+1 2,+5p 1,+5r 2,+5v 1,+5t 1,+1 4,+5v 1,+5x 2,+5y 1:3+1 6,+62 1,+1 2,+62 " +
  "3,+1 2,+62 1,+1 2,2+61 2:2+1 4,+63 1,+1 4,+1 8,+2 1,+1 2,+2 1,+1 2,+2 1:9+1 j:9+1 j,+2 1:2+1 4,-2p " +
  "1,-1k 1:k+1 14,-3m 2:9+1 o,+8bv 1,+1 2,-4j 1,+8bs 3,+1 2,-5f 1,+1x 1,+1z 1:5+1 73,+38 17:2+1 6,+1 " +
  "9,+38 7,+12 2,3+11 4,+1s 2,2+1r 3,h+w i,9+w v,+1 d,+8 1,-u 1,-p 4,-f 1,-m 2:c+1 o,-1i 1,-1c 3,-1o " +
  "1,-1s 2,+1 2,-7 1,+1 3,3-3m 3,g+28 g,w+w 28:h+1 16:r+1 1i,+f 1:7+1 f:1c+1 2p,12+1c 29b,12+5ls " +
  "13,+5ls 6,+5ls mj,6-8 1oo,-4su 1,-4st 1,-4sk 1,2-4si 2,-4sj 1,-4sc 1,-4ro 1,+r7n 1,+1 7,17-2bk " +
  "19,3-2bk 8z:23+1 4b,-1m 3,-5vj 2:1c+1 2w,8-8 g,6-8 g,8-8 g,8-8 g,6-8 h:4-8 f,8-8 w,8-8 g,8-8 g,8-8 " +
  "g,2-8 2,2-22 2,-9 2,-5j9 a,4-2e 4,-9 7,-5kz 5,2-8 2,2-2s 9,-5kj 5,2-8 2,2-34 2,-7 c,2-3k 2,2-3i 2,-9 " +
  "8a,-5st 4,-6gv 1,-6di 7,+s 1a,g+g z,+1 mr,q+q 1fu,1c+1c 2o,+1 2,-8af 1,-2xy 1,-89z 3:3+1 6,-8bg " +
  "1,-8al 1,-8bj 1,-8bi 2,+1 3,+1 9,2-8cf 2:1e+1 2z:2+1 7,+1 nym:n+1 1s:e+1 4i:7+1 g:v+1 1z:2+1 4,-r9g " +
  "1:5+1 d,+1 2,-wmg 3:2+1 6:a+1 k,-wn8 1,-wnj 1,-wnf 1,-wn5 1,-wn8 2,-wlu 1,-wmi 1,-wlx 1,+ps 1:8+1 " +
  "g,-1c 1,-wn7 1,-raw 1:2+1 4,-wo7 1:8+1 g,-wu9 p,+1 or,28-tzk fpx,+1 t8,q+w yn,14+14 4w,10+14 5c,b+13 " +
  "c,f+13 g,7+13 8,2+13 1d8,1f+1s 5s,m+w 28g,w+w gww,w+w 2o,p+r o68,y+y";

const FOLDS: ReadonlyMap<number, number> = decodeRuns(RUNS);

function decodeRuns(runs: string): Map<number, number> {
  const folds = new Map<number, number>();
  let first = 0;
  for (const run of runs.split(" ")) {
    const parts = /^(\w+)([,:])(\w*)([-+]\w+)$/.exec(run);
    if (parts === null) throw new Error(`bad folding run ${run}`);
    const [, gap = "", stride, count = "", distance = ""] = parts;
    first += Number.parseInt(gap, 36);
    const step = stride === ":" ? 2 : 1;
    const length = count === "" ? 1 : Number.parseInt(count, 36);
    for (let i = 0; i < length; i++) {
      const codePoint = first + i * step;
      folds.set(codePoint, codePoint + Number.parseInt(distance, 36));
    }
  }
  return folds;
}

const NON_ASCII = /[^\x00-\x7f]/;

/** True when every character of `text` is ASCII. */
export function isAscii(text: string): boolean {
  return !NON_ASCII.test(text);
}

/**
 * `text` with every code point folded: `É` = `é`, `ς` = `σ`, `ẞ` = `ß`; not `ß` = `ss`, not `İ` = `i`.
 * The result has the length of `text`; lone surrogates stay as they are.
 */
export function foldText(text: string): string {
  // On ASCII alone the engine's lower case is the simple folding.
  if (isAscii(text)) return text.toLowerCase();
  let folded = "";
  let copied = 0;
  for (let i = 0; i < text.length;) {
    const codePoint = text.codePointAt(i) ?? 0;
    const width = codePoint > 0xffff ? 2 : 1;
    const target = FOLDS.get(codePoint);
    if (target !== undefined) {
      folded += text.slice(copied, i) + String.fromCodePoint(target);
      copied = i + width;
    }
    i += width;
  }
  return folded + text.slice(copied);
}
