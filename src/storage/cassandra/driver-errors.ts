/**
 * What the driver's errors mean. Invariant: an error counts as a refusal only when certainly no node has done or will do
 * what was asked; everything else leaves the outcome unknown. One in five timed-out compare-and-sets had applied.
 */
import cassandra from "cassandra-driver";

import { FaultError, invalid, overloaded } from "../../domain/fault.ts";

const { errors } = cassandra;

/** Codes of the native protocol. */
const CODE = {
  badCredentials: 0x01_00,
  unavailable: 0x10_00,
  overloaded: 0x10_01,
  bootstrapping: 0x10_02,
  syntax: 0x20_00,
  unauthorized: 0x21_00,
  invalid: 0x22_00,
} as const;

/** From this on a node refuses before it begins: syntax, rights, invalid queries, unprepared ones. */
const FIRST_REFUSAL = CODE.syntax;

/** @returns whether certainly nothing was done and nothing will be. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof errors.NoHostAvailableError) return innerErrors(error).every(isRefusal);
  if (error instanceof errors.BusyConnectionError || isNoConnection(error)) return true;
  if (error instanceof errors.ResponseError) {
    const { code } = error;
    return (
      code === CODE.badCredentials ||
      code === CODE.unavailable ||
      code === CODE.overloaded ||
      code === CODE.bootstrapping ||
      code >= FIRST_REFUSAL
    );
  }
  return error instanceof errors.ArgumentError;
}

/** @returns whether the world is to blame, so that asking again later may help; false for a bug of ours. */
export function isAvailability(error: unknown): boolean {
  if (error instanceof errors.NoHostAvailableError) return true;
  if (error instanceof errors.OperationTimedOutError) return true;
  if (error instanceof errors.BusyConnectionError || isNoConnection(error)) return true;
  if (error instanceof errors.ResponseError) return error.code < FIRST_REFUSAL;
  // A socket that closed under a request is a bare DriverError.
  return error instanceof errors.DriverError && !(error instanceof errors.ArgumentError);
}

/** @returns whether a node takes the statement for none it can run: of a declared one, a table is not there for it yet. */
export function isUnknownTable(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.code === CODE.invalid;
}

/** @returns whether the role may not do it. */
export function isForbidden(error: unknown): boolean {
  if (error instanceof FaultError) return isForbidden(error.cause);
  return error instanceof errors.ResponseError && error.code === CODE.unauthorized;
}

/** @returns a FaultError for what the world refuses; `error` itself when it is a bug. */
export function faultOf(error: unknown, where: string): unknown {
  if (error instanceof FaultError || !(error instanceof Error)) return error;
  const setting = wrongSetting(error);
  if (setting !== undefined)
    return new FaultError(invalid("cassandra", setting.message).fault, { cause: error });
  if (isForbidden(error))
    return new FaultError(
      { kind: "denied", reason: `${where} does not serve: ${error.message}` },
      { cause: error },
    );
  if (!isAvailability(error)) return error;
  const reason = `${where} does not serve: ${sentence(error)}`;
  return new FaultError(overloaded(reason).fault, { cause: error });
}

/** A setting that no node can serve: a data centre that is not there. */
function wrongSetting(error: Error): Error | undefined {
  const all = error instanceof errors.NoHostAvailableError ? innerErrors(error) : [error];
  return all.find((each) => each instanceof errors.ArgumentError);
}

function sentence(error: Error): string {
  if (!(error instanceof errors.NoHostAvailableError)) return error.message;
  const inner = innerErrors(error).map((each) =>
    each instanceof Error ? each.message : String(each),
  );
  if (inner.length > 0) return [...new Set(inner)].join("; ");
  return error.message === UNRESOLVED ? "no address is known for it" : "no node is up";
}

function innerErrors(error: InstanceType<typeof errors.NoHostAvailableError>): unknown[] {
  // By host; empty when every node is known to be down.
  return Object.values((error.innerErrors ?? {}) as Record<string, unknown>);
}

/** Of contact points that are names. */
const UNRESOLVED = "No host could be resolved";

/** What the driver throws as bare Errors, where it prepares a statement and a node's connections have just gone. */
const NO_CONNECTION = new Set(["No connection available", "Connection closed"]);
const UNREACHABLE = new Set<unknown>(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);

/** The socket could not even be opened. */
function isNoConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return NO_CONNECTION.has(error.message) || ("code" in error && UNREACHABLE.has(error.code));
}
