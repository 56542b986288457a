/** Explanations against the run that they explain, and against a naive reading. */
import { expect, test } from "vitest";
import { explainQuery } from "../../src/search/explain/explain-query.ts";
import { prepareQuery } from "../../src/search/prepare-query.ts";
import type { RunDeps } from "../../src/search/run-deps.ts";
import type { Page } from "../../src/search/answer.ts";
import { runQuery } from "../../src/search/run-query.ts";
import { arbEntries } from "../oracle/arbitraries.ts";
import { RANGE, parsed } from "../oracle/asking.ts";
import { entryMatches } from "../oracle/filter.ts";
import type { OverStored } from "./over-stored.ts";

const TABLES = [
  {
    query: "ok user:task | stats count()",
    canonical: "ok user:task | stats count()",
    columns: ["message", "user"],
  },
  {
    query: "level:>=warn AND (time OR k) | top 3 host",
    canonical: "level:>=warn (time OR k) | top 3 host",
    columns: ["host"],
  },
  {
    query: "service:web -status:* | stats max(duration_ms) by level | limit 2",
    canonical: "service:web -status:* | stats max(duration_ms) by level | limit 2",
    columns: ["level"],
  },
  { query: "* | patterns", canonical: "| patterns 50", columns: ["message"] },
];
const OTHERS = [
  "",
  "task | limit 3",
  "| stats count() by level",
  "user:* | sort status | limit 4",
  "| where ok | dedup user | fields user, message",
  "time:<2026-11-24T14:30 | sample 1/2 | stats count()",
];

export function describeExplanations(over: OverStored): void {
  test("an explanation tells of the run that Query makes", async () => {
    await over(25, arbEntries, async ({ app, entries, deps }) => {
      const page: Page = { app, limit: 7, start: { kind: "first" }, ascending: false };
      for (const query of [...TABLES.map((table) => table.query), ...OTHERS]) {
        const prepared = prepareQuery({ query, ...RANGE }, RANGE.endNanos);
        let ticks = 0;
        const meters = { cpuMs: () => ticks++, monotonicMs: () => ticks++ };
        const explained = await explainQuery(prepared, page, deps(), meters);
        const run = await runQuery(prepared, page, deps());
        expect({ ...explained.stats }).toEqual({ ...run.stats });
        expect([explained.partial, explained.warnings]).toEqual([run.partial, run.warnings]);

        const stage = (name: string) =>
          explained.stages.find((own) => own.name === name) ?? {
            rowsIn: 0,
            rowsOut: 0,
            blocks: 0,
            bytes: 0,
            cpuMs: 0,
          };
        const [prune, filter] = [stage("prune"), stage("filter")];
        const pruned = explained.filters.reduce((sum, own) => sum + own.blocksPruned, 0);
        expect(prune.blocks).toBe(pruned + stage("count").blocks + explained.stats.blocksRead);
        expect(filter.blocks).toBe(explained.stats.blocksRead);
        const [first, last] = [explained.filters[0], explained.filters.at(-1)];
        if (first !== undefined && last !== undefined)
          expect([first.rowsIn, last.rowsOut]).toEqual([filter.rowsIn, filter.rowsOut]);
        explained.filters.forEach((own, i) => {
          expect(own.rowsOut).toBeLessThanOrEqual(own.rowsIn);
          const next = explained.filters[i + 1];
          if (next !== undefined) expect(next.rowsIn).toBe(own.rowsOut);
          expect(own.cpuMs).toBeLessThanOrEqual(filter.cpuMs);
        });
        expect(stage("read").bytes).toBeGreaterThanOrEqual(explained.stats.bytesRead);
        for (const own of explained.stages)
          for (const figure of [own.cpuMs, own.elapsedMs, own.rowsIn, own.rowsOut])
            expect(figure).toBeGreaterThanOrEqual(0);
        const made = run.table?.rows.length ?? run.entries.length;
        const pipes = explained.stages.filter((own) => own.name === "pipe");
        if (run.table !== undefined) expect(pipes.at(-1)?.rowsOut).toBe(made);
        else expect(stage("entries").rowsOut).toBeGreaterThanOrEqual(made);
        expect(explained.columns.every((column) => column.blocks > 0)).toBe(true);
        expect(entries.length).toBeGreaterThanOrEqual(explained.stats.matched);
      }
    });
  });

  test("an explanation ends where the budget ends its run", async () => {
    await over(15, arbEntries, async ({ app, deps }) => {
      const page: Page = { app, limit: 7, start: { kind: "first" }, ascending: false };
      const few = (): RunDeps => ({ ...deps(), spending: deps().spending.aside({ rows: 5 }) });
      for (const query of ["task", "| top 3 host", "ok | sort status"]) {
        const prepared = prepareQuery({ query, ...RANGE }, RANGE.endNanos);
        const meters = { cpuMs: () => 0, monotonicMs: () => 0 };
        const explained = await explainQuery(prepared, page, few(), meters);
        const run = await runQuery(prepared, page, few());
        expect(explained).toMatchObject({
          partial: run.partial,
          partialReason: run.partialReason,
          coveredStartNanos: run.coveredStartNanos,
          stats: run.stats,
        });
        const filter = explained.stages.find(({ name }) => name === "filter");
        expect(filter?.rowsIn ?? 0).toBeLessThanOrEqual(run.stats.rowsScanned);
      }
    });
  });

  test("a table's explanation tells what a naive reading tells", async () => {
    await over(15, arbEntries, async ({ app, entries, deps }) => {
      const page: Page = { app, limit: 7, start: { kind: "first" }, ascending: false };
      for (const { query, canonical, columns } of TABLES) {
        const prepared = prepareQuery({ query, ...RANGE }, RANGE.endNanos);
        const meters = { cpuMs: () => 0, monotonicMs: () => 0 };
        const explained = await explainQuery(prepared, page, deps(), meters);
        const matching = entries.filter((entry) => entryMatches(parsed(query).filter, entry));
        expect(explained.canonical).toBe(canonical);
        const filter = explained.stages.find(({ name }) => name === "filter");
        expect(filter?.rowsOut ?? 0).toBe(matching.length);
        const pipe = explained.stages.find(({ name }) => name === "pipe");
        expect(pipe?.rowsIn).toBe(matching.length);
        if (matching.length > 0)
          expect(explained.columns.map(({ name }) => name)).toEqual(
            expect.arrayContaining(columns.filter((name) => name !== "user")),
          );
      }
    });
  });
}
