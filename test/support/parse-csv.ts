/** Reads CSV by the letter of RFC 4180: throws at what it does not allow. Invariant: shares no code with the writer. */

export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error("a quoted field does not end");
        if (text[at] !== '"') field += text[at];
        else if (text[at + 1] === '"') field += text[++at];
        else break;
      }
      at++;
    } else
      for (; at < text.length && text[at] !== "," && text[at] !== "\r"; at++) {
        if (text[at] === '"' || text[at] === "\n") throw new Error(`a bare ${text[at]} at ${at}`);
        field += text[at];
      }
    record.push(field);
    if (text[at] === ",") {
      at++;
      // A comma at the end of a line is followed by an empty field.
      if (text[at] === "\r") record.push("");
      else continue;
    }
    if (text.slice(at, at + 2) !== "\r\n") throw new Error(`no end of a record at ${at}`);
    at += 2;
    records.push(record);
    record = [];
  }
  if (record.length > 0) throw new Error("the last record does not end");
  return records;
}
