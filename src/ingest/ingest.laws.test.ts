import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { gatedStore } from "../../test/support/gated-store.ts";
import { keepingLogger, keepingMeter } from "../../test/support/silent.ts";
import { TOY_APP, toyBatch, toyBatchId, toyEncode } from "../../test/support/toy-encoder.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { createIngest, type Ingest } from "./ingest.ts";

const BATCHES = 6;
const BUCKET = 498_756;
/** Every third batch has an entry that is refused, whenever it is sent. */
const rejectedOf = (n: number) => (n % 3 === 0 ? [{ index: 0, reason: "refused" }] : []);
/** Batch n has n + 1 entries, in one or two buckets, so that a doubled or lost fragment shows. */
const bucketsOf = (n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => BUCKET + (i % ((n % 2) + 1)));

const arbStep = fc.oneof(
  { weight: 8, arbitrary: fc.nat(BATCHES - 1).map((n) => ({ do: "send" as const, n })) },
  { weight: 3, arbitrary: fc.nat(20).map((ms) => ({ do: "wait" as const, ms })) },
  { weight: 1, arbitrary: fc.constant({ do: "hold" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "release" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "age" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "forget" as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("refuse", "lose-answer")
      .map((fate) => ({ do: "fail" as const, fate })),
  },
);

test("a batch is stored once, always when it was acknowledged, and refused for no other, whatever is retried, lost or restarted", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(arbStep, { maxLength: 40 }),
      // Clients' clocks: right, far behind, far ahead.
      fc.array(fc.constantFrom(0, -86_400_000, 7_200_000, 150_000), {
        minLength: BATCHES,
        maxLength: BATCHES,
      }),
      async (steps, skews) => {
        const clock = new FakeClock();
        await using sqlite = await openSqliteStore({ folder: ":memory:", clock });
        const store = gatedStore(sqlite.logs);
        const startMs = clock.nowMs();
        const start = (): Ingest =>
          createIngest({
            store,
            encode: toyEncode,
            clock,
            meter: keepingMeter(),
            logger: keepingLogger(),
          });
        let ingest = start();
        const all = [ingest];
        const acknowledged = new Set<number>();
        const failures = new Set<string>();
        const answers: Promise<void>[] = [];
        for (const step of steps) {
          switch (step.do) {
            case "send": {
              const { n } = step;
              const id = toyBatchId(startMs + (skews[n] ?? 0), n);
              const body = { buckets: bucketsOf(n), rejected: rejectedOf(n) };
              const answer = ingest.send(toyBatch(id, body));
              answers.push(
                answer.then(
                  () => void acknowledged.add(n),
                  (error: unknown) => void failures.add(String(error)),
                ),
              );
              break;
            }
            case "wait":
              await clock.advance(step.ms);
              break;
            case "age":
              // Names made up ahead of their time look fresh by then.
              await clock.advance(100_000);
              break;
            case "forget":
              await clock.advance(700_000);
              break;
            case "hold":
              store.hold();
              break;
            case "release":
              store.release();
              break;
            case "restart":
              // The old one goes on beside the new one, as a request that is on its way does.
              ingest = start();
              all.push(ingest);
              break;
            case "fail":
              store.fates.push(step.fate === "refuse" ? "refuse" : "lose-answer");
              break;
            default:
              step satisfies never;
          }
        }
        store.release();
        for (const each of all) await each.close();
        await Promise.all(answers);
        // Nobody is refused for what others sent or repeated, only for what the store met.
        for (const failure of failures) expect(failure).toMatch(/the disk is full|no answer came/);
        const { rows } = await sqlite.logs.l0After(TOY_APP, -1, 10_000);
        for (let n = 0; n < BATCHES; n++) {
          const id = toyBatchId(startMs + (skews[n] ?? 0), n);
          const buckets = rows.filter((row) => row.batches.includes(id)).map((row) => row.bucket);
          const whole = [...new Set(bucketsOf(n))];
          // Whole and once, or not at all.
          expect([[], whole]).toContainEqual(buckets.toSorted((a, b) => a - b));
          if (acknowledged.has(n)) expect(buckets).toHaveLength(whole.length);
        }
      },
    ),
    { numRuns: 150 },
  ));
