import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FaultError } from "../domain/fault.ts";
import { createLoginLimits, type LoginLimits } from "./login-limits.ts";

/** @returns 0 when the attempt passes, else the milliseconds to wait. */
function waitOf(limits: LoginLimits, address: string, email: string): number {
  try {
    limits.take(address, email);
    return 0;
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "overQuota") {
      return error.fault.retryAfterMs;
    }
    throw error;
  }
}

test("five a minute pass for one address and email, the sixth says how long to wait", async () => {
  const clock = new FakeClock();
  const limits = createLoginLimits({ clock });
  for (let i = 0; i < 5; i++) {
    expect(waitOf(limits, "192.0.2.1", "a@example.com")).toBe(0);
    await clock.advance(1_000);
  }
  expect(waitOf(limits, "192.0.2.1", "a@example.com")).toBe(55_000);
  expect(waitOf(limits, "192.0.2.1", "b@example.com")).toBe(0);
  expect(waitOf(limits, "192.0.2.2", "a@example.com")).toBe(0);
  await clock.advance(55_000);
  expect(waitOf(limits, "192.0.2.1", "a@example.com")).toBe(0);
});

test("fifty a minute pass for one address, whatever the emails", () => {
  const limits = createLoginLimits({ clock: new FakeClock() });
  const passed = Array.from({ length: 60 }, (_, i) => waitOf(limits, "192.0.2.1", `${i}@x`));
  expect(passed.filter((wait) => wait === 0)).toHaveLength(50);
});

test.each([
  { a: "2001:db8::1", b: "2001:db8:0:0:ffff::2", same: true },
  { a: "2001:db8:0:1::1", b: "2001:db8::1", same: false },
  { a: "2001:0db8::1", b: "2001:db8::2", same: true },
  { a: "::1", b: "::2", same: true },
  { a: "fe80::1%eth0", b: "fe80::2", same: true },
  { a: "::ffff:192.0.2.1", b: "::ffff:192.0.2.2", same: false },
  { a: "192.0.2.1", b: "192.0.2.2", same: false },
])("$a and $b count as one address: $same", ({ a, b, same }) => {
  const limits = createLoginLimits({ clock: new FakeClock() });
  for (let i = 0; i < 5; i++) waitOf(limits, a, "a@x");
  expect(waitOf(limits, b, "a@x") > 0).toBe(same);
});

test("in any minute no more pass than allowed, and nobody waits for nothing", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ waitMs: fc.nat(20_000), email: fc.nat(1) }), { maxLength: 60 }),
      async (attempts) => {
        const clock = new FakeClock();
        const limits = createLoginLimits({ clock });
        const passed: { atMs: number; email: number }[] = [];
        for (const { waitMs, email } of attempts) {
          await clock.advance(waitMs);
          const nowMs = clock.monotonicMs();
          const recent = passed.filter((one) => one.email === email && nowMs - one.atMs < 60_000);
          const wait = waitOf(limits, "192.0.2.1", `${email}@x`);
          expect(wait === 0).toBe(recent.length < 5);
          if (wait === 0) passed.push({ atMs: nowMs, email });
          else expect(nowMs + wait).toBe((recent[0]?.atMs ?? 0) + 60_000);
        }
      },
    ),
  ));

test("a flood of addresses is forgotten, oldest first", () => {
  const limits = createLoginLimits({ clock: new FakeClock() });
  for (let i = 0; i < 5; i++) waitOf(limits, "192.0.2.1", "a@x");
  expect(waitOf(limits, "192.0.2.1", "a@x")).toBeGreaterThan(0);
  for (let i = 0; i < 10_000; i++) waitOf(limits, `10.0.${i >> 8}.${i & 255}`, "a@x");
  expect(waitOf(limits, "192.0.2.1", "a@x")).toBe(0);
});
