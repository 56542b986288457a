import { expect, test } from "vitest";
import { pageOf, pageRequest } from "./page.ts";

const all = Array.from({ length: 250 }, (_, i) => i);

test("pages together are the whole list", () => {
  const found: number[] = [];
  let pageToken = "";
  do {
    const page = pageOf(all, { pageSize: 0, pageToken });
    expect(page.items.length).toBeLessThanOrEqual(100);
    found.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(found).toEqual(all);
});

test.each([
  { pageSize: 250, pageToken: "", items: 250, next: "" },
  { pageSize: 249, pageToken: "", items: 249, next: "249" },
  { pageSize: 1000, pageToken: "249", items: 1, next: "" },
  { pageSize: 10, pageToken: "999999999", items: 0, next: "" },
])("$pageSize from $pageToken", ({ pageSize, pageToken, items, next }) => {
  const page = pageOf(all, { pageSize, pageToken });
  expect([page.items.length, page.nextPageToken]).toEqual([items, next]);
});

test.each([
  { pageSize: 1001, pageToken: "", field: "page_size" },
  { pageSize: 1, pageToken: "-1", field: "page_token" },
  { pageSize: 1, pageToken: "1e3", field: "page_token" },
  { pageSize: 1, pageToken: "1234567890", field: "page_token" },
])("$pageSize from $pageToken is refused by $field", ({ field, ...request }) => {
  expect(() => pageRequest(request)).toThrow(field);
});
