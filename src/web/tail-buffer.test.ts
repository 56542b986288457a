import { describe, expect, test } from "vitest";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { MOST_HELD, TailBuffer } from "./tail-buffer.ts";

let made = 0;
function add(buffer: TailBuffer, count: number): void {
  for (let n = 0; n < count; n++) buffer.add({ id: String(made++) } as LogEntry);
}

describe("what came by the tail", () => {
  test("is drawn whole while little comes", () => {
    const buffer = new TailBuffer();
    add(buffer, 20);
    expect(buffer.draw(false, 0).rows).toHaveLength(20);
    expect([buffer.arrived, buffer.waiting, buffer.undrawn]).toEqual([20, 0, 0]);
  });

  test("is drawn in part while much comes, and counted all the same", () => {
    const buffer = new TailBuffer();
    let drawn = 0;
    for (let ms = 0; ms < 10_000; ms += 100) {
      add(buffer, 90);
      drawn += buffer.draw(false, ms).rows.length;
    }
    expect(buffer.perSecond).toBe(900);
    expect(buffer.drawnOneIn).toBe(4.5);
    expect([buffer.arrived, buffer.undrawn]).toEqual([9000, 9000 - drawn]);
    // A second's rows may come at once at first.
    expect(drawn).toBeGreaterThan(1900);
    expect(drawn).toBeLessThanOrEqual(2200);
    // Of a burst the newest is always there, and what comes after it, alone.
    add(buffer, 900);
    expect(buffer.draw(false, 10_000).rows.at(-1)?.id).toBe(String(made - 1));
    add(buffer, 1);
    expect(buffer.draw(false, 10_100).rows).toHaveLength(1);
    buffer.draw(false, 20_000);
    expect([buffer.perSecond, buffer.drawnOneIn, buffer.isIdle]).toEqual([0, 1, true]);
  });

  test("waits whole and in order while the list is held", () => {
    const buffer = new TailBuffer();
    for (let ms = 0; ms < 2000; ms += 100) {
      add(buffer, 100);
      expect(buffer.draw(true, ms).rows).toEqual([]);
    }
    expect([buffer.waiting, buffer.arrived, buffer.undrawn]).toEqual([2000, 2000, 0]);
    const ids = buffer.takeHeld()?.map(({ id }) => Number(id)) ?? [];
    expect(ids).toEqual(Array.from({ length: 2000 }, (_, n) => made - 2000 + n));
    expect(buffer.waiting).toBe(0);
  });

  test("is counted beyond what waits, and is to be read anew then", () => {
    const buffer = new TailBuffer();
    add(buffer, MOST_HELD);
    buffer.draw(true, 0);
    add(buffer, 5);
    buffer.draw(true, 100);
    expect(buffer.waiting).toBe(MOST_HELD + 5);
    expect(buffer.takeHeld()).toBeUndefined();
    expect([buffer.waiting, buffer.takeHeld()]).toEqual([0, []]);
  });
});
