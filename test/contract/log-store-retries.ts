/**
 * The part of the log store's suite about what is stored once and counted rightly, whatever becomes of it: batches sent
 * again at any time of their life, and manifests at every version.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Entry } from "../../src/domain/entry.ts";
import { type BatchId, parseBatchId } from "../../src/domain/ids.ts";
import { bucketOfMs, DAY_MS, msOf } from "../../src/domain/time-range.ts";
import type { LogStore, Manifest } from "../../src/storage/log-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { absorbed, countSegments, countsIn, entriesOf, UNIT } from "../support/upkeep-world.ts";
import { createLogSamples } from "./log-samples.ts";
import {
  GRACE_MS,
  type LogStoreBackend,
  type LogStoreUnderTest,
  runsOf,
} from "./log-store-under-test.ts";
import {
  HOURS,
  idsFrom,
  mergeAllThere,
  mergeAway,
  mergeDeps,
  sendOnce,
  threeHours,
  unitOf,
  visibleHours,
} from "./real-merges.ts";

/** By the clock of the client that named them; the entries are of the store's own hour. */
const NAMES: Readonly<Record<string, BatchId>> = {
  "in time": parseBatchId("019ab9e2-d800-7000-8000-00000000aaaa"),
  "a year ahead": parseBatchId("01a21e9e-2c00-7000-8000-00000000aaaa"),
  "a year behind": parseBatchId("01936aee-5400-7000-8000-00000000aaaa"),
  "by chance": parseBatchId("f47ac10b-58cc-4372-a567-0e02b2c3d479"),
};

/** What happens to a batch, one after the other; a retry comes after each. */
const LIFE = [
  "in the row of its commit",
  "in a segment",
  "after a restart",
  "in a segment of the next level",
  "after its rows were deleted",
  "when the store's own memory of it has ended",
] as const;

export function describeRetries(backend: LogStoreBackend): void {
  describeRefusedHours(backend);
  describe.each(Object.entries(NAMES))("a batch named %s", (_, batch) => {
    test.each(LIFE)("is stored once when it is sent again %s", async (when) => {
      await using store = await backend.open();
      const s = createLogSamples();
      const sent: Entry[] = [...threeHours(1, batch), ...threeHours(2)];
      let logs = store.logs;
      await sendOnce(logs, sent);
      for (const stage of LIFE.slice(0, LIFE.indexOf(when) + 1))
        logs = await live(stage, store, logs, sent, s);

      // In one commit with others, old and new; and once more by itself.
      sent.push(...threeHours(3));
      await sendOnce(logs, [...threeHours(1, batch), ...threeHours(2), ...threeHours(3)]);
      await sendOnce(logs, threeHours(1, batch));
      expect(await visibleHours(logs)).toEqual(idsFrom(sent));

      await mergeAllThere(store, mergeDeps(logs, s));
      if (store.reopen !== undefined) logs = await store.reopen();
      await sendOnce(logs, threeHours(1, batch));
      expect(await visibleHours(logs)).toEqual(idsFrom(sent));
      for (const bucket of HOURS) {
        const { manifest } = await logs.planUnit(unitOf(bucket));
        expect(countsIn(manifest)).toEqual(await countSegments(logs, manifest));
        const held = await absorbed(logs, unitOf(bucket));
        expect(held).toEqual([...new Set(held)]);
        expect(held).toContain(batch);
      }
    });
  });
}

/** What becomes of the hours that were taken, before the retry brings the others. */
const BEFORE_MORE = ["at once", "after a restart", "after a merge"] as const;

function describeRefusedHours(backend: LogStoreBackend): void {
  test.each(BEFORE_MORE)("hours that were refused are added by a retry %s", async (when) => {
    await using store = await backend.open();
    const batch = parseBatchId("019ab9e2-d800-7000-8000-00000000bbbb");
    const whole = threeHours(1, batch);
    const taken = whole.filter(({ timeNanos }) => bucketOfMs(msOf(timeNanos)) < (HOURS[2] ?? 0));
    const first = taken.filter(({ timeNanos }) => bucketOfMs(msOf(timeNanos)) === HOURS[0]);
    let logs = store.logs;
    await sendOnce(logs, first, [batch]);
    if (when === "after a restart" && store.reopen !== undefined) logs = await store.reopen();
    if (when === "after a merge") await mergeAway(store, logs, mergeDeps(logs, createLogSamples()));
    expect(await visibleHours(logs)).toEqual(idsFrom(first));
    await sendOnce(logs, [...taken, ...threeHours(2)], [batch]);
    expect(await visibleHours(logs)).toEqual(idsFrom([...taken, ...threeHours(2)]));
    await sendOnce(logs, whole);
    await sendOnce(logs, whole);
    expect(await visibleHours(logs)).toEqual(idsFrom([...whole, ...threeHours(2)]));
  });
}

async function live(
  stage: (typeof LIFE)[number],
  store: LogStoreUnderTest,
  logs: LogStore,
  sent: Entry[],
  s: ReturnType<typeof createLogSamples>,
): Promise<LogStore> {
  const deps = mergeDeps(logs, s);
  switch (stage) {
    case "in the row of its commit":
      return logs;
    case "in a segment":
      await store.closeEpochs();
      for (const bucket of HOURS) expect(await mergeL0(unitOf(bucket), deps)).toBe("merged");
      return logs;
    case "after a restart":
      return store.reopen === undefined ? logs : store.reopen();
    case "in a segment of the next level": {
      const more = threeHours(4);
      sent.push(...more);
      await sendOnce(logs, more);
      await mergeAllThere(store, deps);
      const { manifest } = await logs.planUnit(UNIT);
      expect(manifest.segments.map(({ level }) => level)).toEqual([1]);
      return logs;
    }
    case "after its rows were deleted":
      await store.advance(GRACE_MS);
      await logs.collectGarbage();
      expect((await logs.l0After(UNIT.app, -1, 10)).rows).toEqual([]);
      return logs;
    case "when the store's own memory of it has ended":
      await store.advance(2 * DAY_MS);
      await logs.collectGarbage();
      expect(await logs.known(sent.map(({ id }) => ({ app: UNIT.app, batch: id.batch })))).toEqual(
        [],
      );
      return logs;
    default:
      return stage satisfies never;
  }
}

type Step =
  | "send"
  | "send again"
  | "merge"
  | "merge a little"
  | "merge levels"
  | "two at once"
  | "collect";

export function describeVersions(backend: LogStoreBackend): void {
  test("at every version a manifest's totals are what its segments hold, and what it knew it knows", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom<Step>(
            "send",
            "send",
            "send again",
            "merge",
            "merge a little",
            "merge levels",
            "two at once",
            "collect",
          ),
          { minLength: 5, maxLength: 25 },
        ),
        async (steps) => {
          await using store = await backend.open();
          const { logs } = store;
          const watch = watchVersions(logs);
          const deps = mergeDeps(watch.logs, createLogSamples());
          let n = 0;
          for (const step of steps) {
            if (step === "send") await sendOnce(logs, entriesOf(++n, 1 + (n % 4)));
            else if (step === "send again" && n > 0) {
              // Later than the store's own memory: only segments know it.
              await store.advance(2 * DAY_MS);
              await watch.lookAtStored();
              await sendOnce(logs, entriesOf(1 + (n >> 1), 1 + ((1 + (n >> 1)) % 4)));
            } else if (step === "collect") {
              await store.advance(GRACE_MS);
              await watch.lookAtStored();
              await logs.collectGarbage();
              await watch.lookAtStored();
            } else if (step !== "send again") await merge(step, store, deps);
          }
          await merge("merge", store, deps);
          const all = Array.from({ length: n }, (_, i) => entriesOf(i + 1, 1 + ((i + 1) % 4)));
          expect(countsIn((await logs.planUnit(UNIT)).manifest).rows).toBe(all.flat().length);
          expect(watch.wrong()).toEqual([]);
        },
      ),
      {
        numRuns: runsOf(40, backend),
        // A store that takes trash out by a version of its own, between two that merges make.
        examples: [
          [["send", "merge", "send", "merge", "two at once", "send again", "send", "send again"]],
        ],
      },
    ));
}

async function merge(
  step: "merge" | "merge a little" | "merge levels" | "two at once",
  store: LogStoreUnderTest,
  deps: ReturnType<typeof mergeDeps>,
): Promise<void> {
  await store.closeEpochs();
  if (step === "merge levels") await mergeLevels(UNIT, deps, 2);
  else if (step === "merge a little") await mergeL0(UNIT, deps, 1);
  else if (step === "two at once") {
    await Promise.all([mergeL0(UNIT, deps), mergeL0(UNIT, deps), mergeLevels(UNIT, deps, 2)]);
  } else {
    let result = await mergeL0(UNIT, deps);
    while (result === "more" || result === "stale") result = await mergeL0(UNIT, deps);
  }
}

/**
 * The store, and what was wrong with any version of a manifest that came to stand in it. Versions are looked at in
 * their order, one at a time: of merges at once, one may hear later than the next that its own was kept.
 */
function watchVersions(logs: LogStore): {
  logs: LogStore;
  wrong: () => string[];
  /** At the version that stands, which the store itself may have made: it takes out trash whose blobs are deleted. */
  lookAtStored: () => Promise<void>;
} {
  const wrong: string[] = [];
  const waiting: Manifest[] = [];
  let turn = Promise.resolve();
  const nonces = new Set<string>();
  const left = new Set<string>();
  let last: Manifest | undefined;
  let knew: readonly BatchId[] = [];

  const look = async (next: Manifest): Promise<void> => {
    const say = (what: string): void => void wrong.push(`version ${next.version}: ${what}`);
    if (nonces.has(next.nonce)) say("its nonce was used before");
    nonces.add(next.nonce);
    if (next.through < (last?.through ?? -1)) say("through fell");
    const counted = await countSegments(logs, next);
    if (JSON.stringify(sorted(counted)) !== JSON.stringify(sorted(countsIn(next))))
      say(`totals ${JSON.stringify(countsIn(next))}, counted ${JSON.stringify(counted)}`);
    const own = new Set<string>(next.segments.map(({ id }) => id));
    for (const { id } of last?.segments ?? []) if (!own.has(id)) left.add(id);
    for (const id of own) if (left.has(id)) say(`${id} came back`);
    for (const id of next.trash) if (own.has(id)) say(`${id} is in segments and trash`);
    last = next;
    const knows = new Set(await absorbed(logs));
    for (const batch of knew) if (!knows.has(batch)) say(`it forgot ${batch}`);
    knew = [...knows];
  };

  const lookOn = async (): Promise<void> => {
    for (;;) {
      const at = waiting.findIndex(({ version }) => version === (last?.version ?? 0) + 1);
      const [next] = at < 0 ? [] : waiting.splice(at, 1);
      if (next === undefined) return;
      await look(next);
    }
  };

  const lookAtStored = async (): Promise<void> => {
    const { manifest } = await logs.planUnit(UNIT);
    if (manifest.version > (last?.version ?? 0)) waiting.push(manifest);
    turn = turn.then(lookOn);
    await turn;
  };

  return {
    lookAtStored,
    // What is waiting still has no version before it, or the version of another.
    wrong: () => [
      ...wrong,
      ...waiting.map(({ version }) => `version ${version}: it does not follow ${last?.version}`),
    ],
    logs: {
      ...logs,
      compareAndSetManifest: async (expected, next) => {
        const held = await logs.compareAndSetManifest(expected, next);
        if (held) {
          waiting.push(next);
          turn = turn.then(lookOn);
          await turn;
        }
        return held;
      },
    },
  };
}

function sorted(counts: Awaited<ReturnType<typeof countSegments>>): unknown {
  const by = (record: Record<string, number>): unknown =>
    Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [counts.rows, by(counts.cells), by(counts.services)];
}
