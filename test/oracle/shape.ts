/** The shape of a message, word by word, as section 6 of the language says it. */
export function oracleShape(message: string): string {
  let line = message.split(/\r\n|\n|\r/)[0] ?? "";
  line = line.replaceAll(/\u001b\[[\x20-\x3f]*[\x40-\x7e]/g, "");
  line = line.replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi, "<*>");
  line = line.replaceAll(/[\p{L}\p{M}\p{N}]+/gu, (word) => (/\p{N}/u.test(word) ? "<*>" : word));
  for (let before = ""; before !== line;) {
    before = line;
    line = line.replace(/<\*>[-.:/_,+]<\*>/, "<*>");
  }
  return line
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
