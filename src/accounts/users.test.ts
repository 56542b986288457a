/** What people may be called, and what they call things. */
import { expect, test } from "vitest";
import { parseLine } from "./users.ts";

test.each([
  "Ada Lovelace",
  "Zoë O’Neil-Łukasz",
  "李小龍",
  "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
  "build 👩\u200d💻",
  "",
])("%j is a name", (name) => {
  expect(parseLine(`  ${name} `, "name", 100)).toBe(name);
});

test.each([
  { of: "a mark that turns text around", name: "ada\u202egro.live" },
  { of: "an isolate", name: "ada\u2066x" },
  { of: "a mark of direction", name: "ada\u200f" },
  { of: "a space without width", name: "a\u200bda" },
  { of: "a byte order mark inside", name: "a\ufeffda" },
  { of: "a joiner that joins nothing", name: "a\u200dda" },
  { of: "a joiner alone", name: "\u200d" },
  { of: "a soft hyphen", name: "a\u00adda" },
  { of: "a filler", name: "\u3164" },
  { of: "letters that are tags", name: "ada\u{e0041}" },
  { of: "half a character", name: "ada\ud800" },
  { of: "a separator of lines", name: "a\u2028b" },
  { of: "NUL", name: "a\u0000b" },
  { of: "a colour of terminals", name: "a\u001b[31mb" },
  { of: "a megabyte", name: "x".repeat(1_000_000) },
])("a name with $of is refused, in words", ({ name }) => {
  expect(() => parseLine(name, "name", 100)).toThrow(
    /^name: (has control characters|has characters that are not seen|longer than 100 characters)/,
  );
});
