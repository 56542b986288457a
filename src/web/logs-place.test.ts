import { expect, test } from "vitest";
import { logsIn, logsOf, searchOf } from "./logs-place.ts";

const read = (text: string) => logsIn("shop", new URLSearchParams(text));

test("an address without parameters is the logs with nothing asked, and the other way round", () => {
  expect(read("")).toEqual(logsOf("shop"));
  expect(searchOf(logsOf("shop")).toString()).toBe("");
});

test.each([
  "q=level%3Aerror&from=-15m&live=1",
  "tz=Europe%2FBerlin&order=asc&row=1.b.2&panel=json&ctx=20",
  "cols=time%3A96%2Cservice%3A86&wrap=1&rows=compact&hist=0&y=log&fh=host&fp=path",
  "tab=patterns&pat=rising%2Cjob+%3C*%3E+failed",
])("%s is written as it was read", (text) => {
  const place = read(text);
  expect(searchOf(place).toString()).toBe(text);
  expect(place.ignored).toEqual([]);
});

test("what nobody knows is kept, and what says the default is left out", () => {
  expect(searchOf(read("new=1&from=-60m&q=&also=a&also=b")).toString()).toBe("new=1&also=a&also=b");
});

test("a value that cannot be read is the default, and named", () => {
  const place = read("tz=Mars&order=up&live=yes&hist=maybe&pat=odd&q=kept");
  expect(place).toMatchObject({ zone: "", order: "desc", live: false, histogram: true });
  expect(place.ignored).toEqual(["tz", "live", "order", "hist", "pat"]);
  expect(searchOf(place).toString()).toBe("q=kept");
});
