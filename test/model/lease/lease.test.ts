/** The lease machine: who may hold a lock, under every fault, and what each of its rules is for. */
import { expect, test } from "vitest";
import { LEASE } from "./contender.ts";
import { FAULTS_AT_A_POINT, runPoint } from "./crash-points.ts";
import { LEASE_FAULTS, type LeaseRun, runLease } from "./lease-model.ts";
import { LEASE_RULES, type LeaseRule } from "./lease-rules.ts";

test("no two trust a lease at once, fences order the effects, and the lock is always won again", () => {
  let refused = 0;
  let steps = 0;
  for (let seed = 1000; seed < 1400; seed++) {
    const report = runLease({ seed });
    expect(report.failure).toBeUndefined();
    refused += report.refused;
    steps += report.steps;
  }
  expect(steps).toBeGreaterThan(500_000);
  // Late effects of lost leases did arrive: it is the fence that kept them out.
  expect(refused).toBeGreaterThan(100);
});

/** Clocks at the ends of their rates matter only when many watch and holders stop for just about a lease. */
const WATCHED: Omit<LeaseRun, "seed"> = {
  contenders: 8,
  busyUnits: 30_000,
  faults: { ...LEASE_FAULTS, unknownLwt: 0.1, pause: 0.02, pauseUnits: 600 },
};

const cases: readonly { rule: LeaseRule; seed: number; run?: Omit<LeaseRun, "seed"> }[] = [
  { rule: "watch", seed: 1 },
  { rule: "heartbeat", seed: 1 },
  { rule: "ownClock", seed: 1 },
  { rule: "anchorAtStart", seed: 32 },
  { rule: "margins", seed: 12, run: WATCHED },
  { rule: "trustCheck", seed: 32 },
  { rule: "fence", seed: 1 },
  { rule: "nextFence", seed: 1 },
  { rule: "nonceInCondition", seed: 1 },
  { rule: "reissue", seed: 2 },
  { rule: "identical", seed: 3 },
  { rule: "fenceInRenewal", seed: 2 },
  { rule: "stopWhenLost", seed: 2 },
];

test.each(cases)("without $rule it breaks", ({ rule, seed, run }) => {
  const seeds = [seed, ...Array.from({ length: 200 }, (_, i) => i + 1)];
  const failing = seeds.find((s) => runLease({ ...run, seed: s, off: [rule] }).failure);
  expect(failing).toBeDefined();
  expect(runLease({ ...run, seed: failing ?? seed }).failure).toBeUndefined();
});

test("every rule has a case", () => {
  expect(cases.map(({ rule }) => rule)).toEqual([...LEASE_RULES]);
});

const SEEDS = [1, 2, 3, 4];

test.each(FAULTS_AT_A_POINT)("holds with one fault at any statement: %s", (fault) => {
  for (const seed of SEEDS) {
    const { statements } = runPoint({ seed, at: -1, fault });
    expect(statements).toBeGreaterThan(30);
    for (let at = 0; at < statements; at++) {
      expect({ seed, at, ...runPoint({ seed, at, fault }) }).toMatchObject({ failure: undefined });
    }
  }
});

test("the lock of a crashed holder is taken over within the lease and a tenth, and two polls", () => {
  // The other contender begins half a lease later; statements take a few units.
  const bound = (LEASE * 1.1) / 0.96 + (2 * LEASE) / 3 + LEASE / 2 + 60;
  for (const fault of FAULTS_AT_A_POINT.filter((name) => name.startsWith("crash"))) {
    for (const seed of SEEDS) {
      const { statements } = runPoint({ seed, at: -1, fault });
      // Those of the last leases would outlive the run.
      for (let at = 0; at < statements * 0.7; at++) {
        const { takeover } = runPoint({ seed, at, fault });
        expect({ seed, at, fault, inTime: (takeover ?? Infinity) <= bound }).toMatchObject({
          inTime: true,
        });
      }
    }
  }
});

test("a fault at one statement is enough to show what the fence is for", () => {
  const failing = Array.from({ length: 120 }, (_, at) => at).filter((at) => {
    const point = { seed: 1, at, fault: "pause before it is sent" } as const;
    return runPoint({ ...point, off: ["fence"] }).failure !== undefined;
  });
  expect(failing.length).toBeGreaterThan(0);
});
