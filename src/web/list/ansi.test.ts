import { expect, test } from "vitest";
import { ansiRuns } from "./ansi.ts";

test.each([
  { text: "plain", want: ["|plain"] },
  { text: "a\u001b[31mred\u001b[0m b", want: ["|a", "ansi-1|red", "| b"] },
  { text: "\u001b[1;92mok\u001b[22;39m.", want: ["ansi-2 ansi-bold|ok", "|."] },
  { text: "\u001b[38;5;208mx\u001b[mz", want: ["|x", "|z"] },
  { text: "\u001b[2K\u001b[2mgone\u001b", want: ["ansi-faint|gone\u001b"] },
  { text: "\u001b]0;title\u0007", want: ["|\u001b]0;title\u0007"] },
])("%j", ({ text, want }) => {
  expect(ansiRuns(text).map((run) => `${run.class}|${run.text}`)).toEqual(want);
});
