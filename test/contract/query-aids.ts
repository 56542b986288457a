/**
 * What is answered about a query beside its rows, against a naive reading of all entries, over any log store.
 * Invariant: whatever is merged, every figure that is not marked is that of the naive reading.
 */
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe } from "vitest";
import type { Entry } from "../../src/domain/entry.ts";
import { type AppId, parseAppId } from "../../src/domain/ids.ts";
import { bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { RunDeps } from "../../src/search/run-deps.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { Spending } from "../../src/search/spending.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { entryRows, mergeBucket } from "../support/stored-entries.ts";
import { describeComparisons } from "./window-comparisons.ts";
import { describeContexts } from "./entry-context.ts";
import { describeExplanations } from "./explain-query.ts";
import { describeFacets } from "./facets.ts";
import { describePatterns } from "./message-patterns.ts";
import type { OverAsked, OverStored } from "./over-stored.ts";
import { describeSuggestions } from "./suggest-queries.ts";
import { type LogStoreBackend, type LogStoreUnderTest, runsOf } from "./log-store-under-test.ts";

export function describeQueryAids(backend: LogStoreBackend): void {
  describe(`${backend.name}: beside a query's rows`, () => {
    let store: LogStoreUnderTest;
    beforeAll(async () => {
      store = await backend.open();
    });
    afterAll(() => store?.[Symbol.asyncDispose]());

    /** Each batch is one commit; the first ones are merged hour by hour, in two segments. */
    const put = async (entries: readonly Entry[], merged: number): Promise<AppId> => {
      const app = parseAppId(randomUUID());
      const batches = [...Map.groupBy(entries, ({ id }) => id.batch).values()];
      const buckets = new Set(entries.map(({ timeNanos }) => bucketOfMs(msOf(timeNanos))));
      for (const [i, held] of batches.entries()) {
        await store.logs.commit(entryRows(app, held));
        if (i + 1 !== merged && i + 3 !== merged) continue;
        await store.closeEpochs();
        for (const bucket of buckets) await mergeBucket(store.logs, app, bucket, nextBlob++);
      }
      return app;
    };

    const overAsked: OverAsked = async (runs, arbGiven, law) => {
      const arb = fc.tuple(arbGiven, fc.integer({ min: 0, max: 5 }));
      await fc.assert(
        fc.asyncProperty(arb, async ([given, merged]) => {
          const app = await put(given.entries, merged);
          const deps = (): RunDeps => ({
            store: store.logs,
            opener: engineOpener,
            spending: new Spending(new FakeClock(), {}, undefined),
          });
          await law({ ...given, app, deps });
        }),
        { numRuns: runsOf(runs, backend) },
      );
    };

    const over: OverStored = (runs, arbGiven, law) =>
      overAsked(
        runs,
        arbGiven.map((entries) => ({ entries })),
        law,
      );

    describePatterns(over);
    describeFacets(overAsked);
    describeComparisons(overAsked);
    describeSuggestions(over);
    describeExplanations(over);
    describeContexts(over);
  });
}

let nextBlob = 1;
