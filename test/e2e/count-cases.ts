/**
 * Facets and comparisons of windows, asked of a real server.
 * Invariant: answers are the same whichever store the server runs on, and whichever way they are asked.
 */
import { randomUUIDv7 } from "node:crypto";
import { expect, test } from "vitest";
import type { Called } from "../support/both-ways.ts";

interface Given {
  ok(this: void, method: string, request: object, token: string): Promise<Called["body"]>;
  codeOf(this: void, method: string, request: object, token: string): Promise<string>;
  /** One reads 25 entries, every fifth an error; the other is another application's, and writes. */
  readonly keys: { readonly read: string; readonly other: string };
}

export function describeCounts(given: () => Given): void {
  test("facets ignore the query's own terms on their field", async () => {
    const { ok, codeOf, keys } = given();
    const ask = (request: object) => ok("LogService/GetFacets", request, keys.read);
    const { facets, ...rest } = await ask({
      query: "level:error",
      fields: ["level", "service", "n", "nosuch"],
      values: 2,
    });
    expect(rest).toMatchObject({ partial: false, stats: { matched: "5", matched_exact: true } });
    const facet = (field: string, type: string, figures: object, values: object[]) => ({
      field,
      type,
      ...figures,
      values,
      approximate: false,
    });
    expect(facets).toEqual([
      facet("level", "level", { entries: "25", present: "25", distinct: "2" }, [
        { value: "info", count: "20" },
        { value: "error", count: "5" },
      ]),
      facet("service", "string", { entries: "5", present: "5", distinct: "2" }, [
        { value: "svc-0", count: "3" },
        { value: "svc-1", count: "2" },
      ]),
      facet("n", "number", { entries: "5", present: "5", distinct: "5" }, [
        { value: "0", count: "1" },
        { value: "5", count: "1" },
      ]),
      facet("nosuch", "mixed", { entries: "5", present: "0", distinct: "0" }, []),
    ]);
    const found = (await ask({ query: "entry" }))["facets"] as { field: string }[];
    // `big` has one value.
    expect(found.map(({ field }) => field)).toEqual(["level", "service", "host", "n"]);
    expect(await codeOf("LogService/GetFacets", { fields: ["time"] }, keys.read)).toBe(
      "invalid_argument",
    );
  });

  test("a comparison of windows names the values that came and went", async () => {
    const { ok, codeOf, keys } = given();
    const startMs = Date.now() - 7_200_000;
    const at = (minutes: number): string => new Date(startMs + minutes * 60_000).toISOString();
    const entries = Array.from({ length: 60 }, (_, n) => {
      return { time: at(n * 2), message: "window", service: n < 30 ? "gone" : "new", host: "h" };
    });
    await ok("LogService/SendLogs", { batch_id: randomUUIDv7(), entries }, keys.other);
    const { window, baseline, differences, ...rest } = await ok(
      "LogService/CompareWindows",
      { query: "window", start_time: at(60), end_time: at(120) },
      keys.other,
    );
    expect(rest).toMatchObject({ partial: false, partial_reason: "", skipped_fields: [] });
    const counts = { entries: "30", levels: { info: "30", error: "0" } };
    expect(window).toMatchObject({ ...counts, start_time: at(60), end_time: at(120) });
    expect(baseline).toMatchObject({ ...counts, start_time: at(0), end_time: at(60) });
    const [came, went] = [
      { count: "30", baseline_count: "0", share: 1, baseline_share: 0, score: 83.178 },
      { count: "0", baseline_count: "30", share: 0, baseline_share: 1, score: -83.178 },
    ];
    expect(differences).toEqual([
      { field: "service", value: "gone", ...went, lift: 0 },
      { field: "service", value: "new", ...came, lift: 0 },
    ]);
    const empty = { start_time: at(60), end_time: at(60) };
    expect(await codeOf("LogService/CompareWindows", empty, keys.other)).toBe("invalid_argument");
  });
}
