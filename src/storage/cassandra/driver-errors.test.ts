import cassandra from "cassandra-driver";
import { expect, test } from "vitest";

import { isFault, overloaded } from "../../domain/fault.ts";
import { faultOf, isAvailability, isForbidden, isRefusal } from "./driver-errors.ts";

const { errors } = cassandra;
const said = (code: number): Error => new errors.ResponseError(code, `code ${code.toString(16)}`);
const noHost = (...inner: Error[]): Error =>
  new errors.NoHostAvailableError(
    Object.fromEntries(inner.map((error, i) => [`10.0.0.${i}`, error])),
  );
// The driver's name for a socket that closed under a request; it makes them of an abstract class.
const socketClosed = Object.assign(Object.create(errors.DriverError.prototype) as Error, {
  message: "Socket was closed",
});
const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

test.each([
  { what: "too few replicas", error: said(0x10_00), refusal: true },
  { what: "an overloaded node", error: said(0x10_01), refusal: true },
  { what: "a starting node", error: said(0x10_02), refusal: true },
  { what: "a write that timed out", error: said(0x11_00), refusal: false },
  { what: "a read that timed out", error: said(0x12_00), refusal: false },
  { what: "a write that failed", error: said(0x15_00), refusal: false },
  { what: "an unknown compare-and-set", error: said(0x17_00), refusal: false },
  { what: "a broken node", error: said(0x00_00), refusal: false },
  { what: "refused credentials", error: said(0x01_00), refusal: true },
  { what: "no answer in time", error: new errors.OperationTimedOutError("late"), refusal: false },
  { what: "a socket that closed", error: socketClosed, refusal: false },
  { what: "no node that is up", error: noHost(), refusal: true },
  { what: "nodes that all refused", error: noHost(refused, said(0x10_00)), refusal: true },
  { what: "one node that may have done it", error: noHost(refused, socketClosed), refusal: false },
  { what: "no connection", error: new Error("No connection available"), refusal: true },
  { what: "a pool that is closed", error: new Error("Connection closed"), refusal: true },
  { what: "full connections", error: new errors.BusyConnectionError("a", 1, 1), refusal: true },
])("$what is the world's fault; certainly nothing was done: $refusal", ({ error, refusal }) => {
  expect(isAvailability(error)).toBe(true);
  expect(isRefusal(error)).toBe(refusal);
  expect(isFault(faultOf(error, "Cassandra"), "overloaded")).toBe(true);
});

test.each([
  { what: "a statement that does not parse", error: said(0x20_00) },
  { what: "a table that is not there", error: said(0x22_00) },
  { what: "a bug of ours", error: new TypeError("x is undefined") },
])("$what stays what it is", ({ error }) => {
  expect(faultOf(error, "Cassandra")).toBe(error);
});

test("what the role may not do is a fault that says so, of the store", () => {
  const error = said(0x21_00);
  const fault = faultOf(error, "Cassandra at a:1");
  expect(isFault(fault, "denied")).toBe(true);
  expect(String(fault)).toContain("Cassandra at a:1 does not serve: code 2100");
  expect([isForbidden(error), isForbidden(fault), isRefusal(error)]).toEqual([true, true, true]);
  expect([isForbidden(said(0x22_00)), isAvailability(error)]).toEqual([false, false]);
});

test("a fault says what each node said, once", () => {
  const fault = faultOf(noHost(refused, refused, said(0x10_00)), "Cassandra at a:1");
  expect(String(fault)).toContain(
    "Cassandra at a:1 does not serve: connect ECONNREFUSED; code 1000",
  );
  expect(String(faultOf(noHost(), "Cassandra at a:1"))).toContain("no node is up");
  const unresolved = new errors.NoHostAvailableError({}, "No host could be resolved");
  expect(String(faultOf(unresolved, "Cassandra at a:1"))).toContain("no address is known for it");
  const already = overloaded("known");
  expect(faultOf(already, "Cassandra")).toBe(already);
});
