import { expect, test } from "vitest";
import { loadCases, loadEntries } from "../../../test/support/language-fixture.ts";
import { isSampled } from "./sample.ts";

test("samples the same entries by their ids each time", () => {
  const wanted = loadCases().find(({ query }) => query === "| sample 1/4")?.expect.ids;
  const inRange = loadEntries().filter(({ key }) => key !== "e01" && key !== "e62");
  const found = inRange.filter(({ fixtureId }) => isSampled(fixtureId, 4)).map(({ key }) => key);
  expect(found.toReversed()).toEqual(wanted);
});
