/**
 * Patterns, suggestions and explanations of a real server, over entries `entry 0` to `entry 24` of two services, each
 * fifth an error.
 */
import { expect, test } from "vitest";
import type { FoundEntry } from "../support/api-calls.ts";
import type { Called } from "../support/both-ways.ts";

/** What a reader of the entries asks. */
export interface Reader {
  readonly ok: (method: string, request: object) => Promise<Called["body"]>;
  readonly codeOf: (method: string, request: object) => Promise<string>;
  readonly find: (query: string) => Promise<{ readonly entries: readonly FoundEntry[] }>;
}

export function testQueryAids({ ok, codeOf, find }: Reader): void {
  test("messages are grouped by their shape, and a pattern's query finds what it counts", async () => {
    const { patterns, ...rest } = (await ok("LogService/GetPatterns", {
      query: "level:error",
    })) as { patterns: { query: string; example_id: string }[] };
    expect(rest).toMatchObject({
      entries: "5",
      other_entries: "0",
      approximate: false,
      partial: false,
    });
    expect(patterns).toMatchObject([
      {
        pattern: "entry <*>",
        query: 'pattern:"entry <*>"',
        count: "5",
        share: 1,
        counts: { error: "5", info: "0" },
        parts: [],
        baseline_count: "0",
      },
    ]);
    const [{ query, example_id } = { query: "", example_id: "" }] = patterns;
    const found = await find(`level:error ${query}`);
    expect(found.entries).toHaveLength(5);
    expect(found.entries[0]?.id).toBe(example_id);
    expect(await codeOf("LogService/GetPatterns", { limit: 1001 })).toBe("invalid_argument");
  });

  test("a query that finds nothing gets others that find something", async () => {
    const request = { query: "service:svc-9 entry", budget: { time: "5s" } };
    const { suggestions, ...rest } = (await ok("LogService/SuggestQueries", request)) as {
      suggestions: { query: string; count: string }[];
    };
    expect(rest).toMatchObject({ count: "0", partial: false, partial_reason: "" });
    expect(suggestions[0]).toMatchObject({
      kind: "near_value",
      query: "service:svc-0 entry",
      reason: "`service` has the value `svc-0`, close to `svc-9`",
      count: "13",
      count_exact: true,
    });
    for (const { query, count } of suggestions) {
      const found = await find(query);
      expect(found.entries).toHaveLength(Number(count));
    }
  });

  test("a query is explained by a run of its own", async () => {
    const explained = (await ok("LogService/ExplainQuery", {
      query: "entry AND service.name:svc-0 | stats count() by level",
    })) as unknown as {
      canonical: string;
      partial: boolean;
      stages: { name: string; rows_in: string; rows_out: string; cpu: string }[];
      filters: { query: string; rows_in: string; rows_out: string }[];
      columns: { name: string }[];
    };
    expect(explained).toMatchObject({
      canonical: "entry service:svc-0 | stats count() by level",
      partial: false,
      filters: [
        { query: "service:svc-0", rows_in: "25", rows_out: "13" },
        { query: "entry", rows_in: "13", rows_out: "13" },
      ],
      stats: { matched: "13", rows_scanned: "25" },
    });
    const names = explained.stages.map((stage) => stage.name);
    expect(names).toEqual(["plan", "prune", "read", "open", "decode", "filter", "pipe"]);
    expect(explained.stages.at(-1)).toMatchObject({ rows_in: "13", rows_out: "2" });
    const columns = explained.columns.map((column) => column.name);
    expect(columns).toEqual(expect.arrayContaining(["service", "message", "level"]));
  });
}
