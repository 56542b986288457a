import { expect, test } from "vitest";
import { type FaultError, overloaded } from "../domain/fault.ts";
import { faultsIn } from "./closing-faults.ts";

const full = (): FaultError => overloaded("the server's disk is full");
const bug = new TypeError("no such method");

test.each([
  { name: "a full disk", error: full(), want: ["the server's disk is full"] },
  {
    name: "two things that met a full disk",
    error: new SuppressedError(full(), full()),
    want: ["the server's disk is full", "the server's disk is full"],
  },
  { name: "a bug", error: bug, want: undefined },
  { name: "a bug behind a full disk", error: new SuppressedError(bug, full()), want: undefined },
  { name: "a full disk behind a bug", error: new SuppressedError(full(), bug), want: undefined },
])("$name while closing", ({ error, want }) => {
  expect(faultsIn(error)).toEqual(want);
});
