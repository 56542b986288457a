/**
 * Shifts the clock of a process that is tried: `node --import <this file's URL>?ms=15000 …`; its threads import it too.
 * Invariant: wall time alone is shifted. Monotonic time goes on as it does, as on a machine that is set wrong.
 */
const shiftMs = Number(new URL(import.meta.url).searchParams.get("ms"));
const now = Date.now.bind(Date);
const Real = Date;

Date.now = () => now() + shiftMs;
globalThis.Date = new Proxy(Real, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Real.now()] : args, newTarget) as Date,
  apply: () => new Real(Real.now()).toString(),
});
