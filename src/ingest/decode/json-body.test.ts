/** How many values a JSON body may have before it is parsed. */
import { expect, test } from "vitest";
import { LIMITS } from "../../domain/limits.ts";
import { checkValues } from "./json-body.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const most = LIMITS.valuesPerBody;

test.each([
  { name: "maps", body: `[${"{},".repeat(most / 2)}{}]` },
  { name: "lists", body: `{"a":[${"[],".repeat(most / 2)}[]]}` },
  { name: "numbers", body: `[${"1,".repeat(most)}1]` },
  { name: "maps behind a line with an open text", body: `"\\\n[${"{},".repeat(most / 2)}{}]` },
])("too many $name are refused before they are parsed", ({ body }) => {
  expect(() => checkValues(utf8(body))).toThrow(`body: more than ${most} values`);
});

test.each([
  { name: "as many as may be", body: `[${"1,".repeat(most - 1)}1]` },
  { name: "a long text of commas", body: `{"a":"${',\\"'.repeat(most)}"}` },
])("$name are let through", ({ body }) => {
  expect(() => checkValues(utf8(body))).not.toThrow();
});
