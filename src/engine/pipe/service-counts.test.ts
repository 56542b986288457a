/** The service that most entries have, against a plain count, however the entries are put together. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareCodePoints } from "../../domain/text-order.ts";
import { MAX_SERVICES, ServiceCounts } from "./service-counts.ts";

const few = fc.constantFrom("", "web", "api", "payments", "cart");
const many = fc.oneof(
  few,
  fc.nat(3 * MAX_SERVICES).map((n) => `service-${n}`),
);
const arbParts = (service: fc.Arbitrary<string>): fc.Arbitrary<string[][]> =>
  fc.array(fc.array(service, { maxLength: 200 }), { minLength: 1, maxLength: 6 });

function counted(parts: readonly (readonly string[])[]): ServiceCounts {
  const all = new ServiceCounts();
  for (const part of parts) {
    const own = new ServiceCounts();
    for (const service of part) own.add(service, 1);
    all.absorb(own);
  }
  return all;
}

function plainly(services: readonly string[]): string | undefined {
  return [...Map.groupBy(services, (service) => service)]
    .toSorted(([a, m], [b, n]) => n.length - m.length || compareCodePoints(a, b))
    .map(([service]) => service)[0];
}

test("of few services it is the one that a plain count finds", () => {
  fc.assert(
    fc.property(arbParts(few), (parts) => {
      expect(counted(parts).most()).toBe(plainly(parts.flat()) ?? "");
    }),
  );
});

test("of many it is that one or none", () => {
  fc.assert(
    fc.property(arbParts(many), (parts) => {
      const most = counted(parts).most();
      if (most !== undefined) expect(most).toBe(plainly(parts.flat()) ?? "");
    }),
  );
});

test("one that leads clearly is found though thousands come before it and beside it", () => {
  const parts = Array.from({ length: 4 }, (_, part) => [
    ...Array.from({ length: 1000 }, (_, n) => `service-${part}-${n}`),
    ...Array.from({ length: 100 }, () => "payments"),
    ...Array.from({ length: 40 }, () => "web"),
  ]);
  const counts = counted(parts);
  expect(counts.most()).toBe("payments");
  expect(counts.heldBytes).toBeLessThan(MAX_SERVICES * 200);
});

test("where none leads nothing is said", () => {
  expect(counted([Array.from({ length: 1000 }, (_, n) => `service-${n}`)]).most()).toBeUndefined();
});
