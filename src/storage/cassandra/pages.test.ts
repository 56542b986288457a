import { expect, test } from "vitest";

import { type Page, rowsOfPages } from "./pages.ts";

test.each<{ what: string; pages: number[][] }>([
  { what: "one page", pages: [[1, 2]] },
  { what: "nothing", pages: [[]] },
  { what: "an empty first page", pages: [[], [1], [2, 3]] },
  { what: "an empty page in the middle", pages: [[1], [], [], [2]] },
  { what: "an empty last page", pages: [[1, 2], []] },
])("all rows come of $what", async ({ pages }) => {
  const asked: (string | undefined)[] = [];
  const fetch = async (state: string | undefined): Promise<Page<number>> => {
    asked.push(state);
    const at = state === undefined ? 0 : Number(state);
    return {
      rows: pages[at] ?? [],
      pageState: at + 1 < pages.length ? String(at + 1) : null,
    };
  };
  expect(await Array.fromAsync(rowsOfPages(fetch))).toEqual(pages.flat());
  expect(asked).toEqual([undefined, ...pages.slice(1).map((_, i) => String(i + 1))]);
});

test("whoever stops early asks for no more", async () => {
  let asked = 0;
  const fetch = async (): Promise<Page<number>> => ({ rows: [++asked], pageState: "more" });
  for await (const row of rowsOfPages(fetch)) if (row === 2) break;
  expect(asked).toBe(2);
});
