import { expect, test } from "vitest";
import { columnsText, readColumns, templateOf } from "./columns.ts";

test.each([
  { text: "", names: ["time", "service", "message"], again: "" },
  {
    text: "time:96,service:86,message",
    names: ["time", "service", "message"],
    again: "time:96,service:86,message",
  },
  { text: "time,time,http.status:9", names: ["time", "http.status"], again: "time,http.status:40" },
  { text: "a%2Cb,c%3Ad:50", names: ["a,b", "c:d"], again: "a%2Cb,c%3Ad:50" },
  { text: ",,", names: ["time", "service", "message"], again: "" },
])("$text", ({ text, names, again }) => {
  const columns = readColumns(text);
  expect(columns.map(({ name }) => name)).toEqual(names);
  expect(columnsText(columns)).toBe(again);
});

test("the last column takes the rest", () => {
  expect(templateOf(readColumns("time,message"))).toBe("1.375rem 6rem minmax(0, 1fr)");
});
