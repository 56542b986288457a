/**
 * Gives a process another clock than the machine's: `node --import <this file's URL>?ms=15000 …`, 15 s ahead of it; or
 * `?from=<ms since 1970>&rate=0.01`, a hundredth as fast from there on. Its threads import it too.
 * Invariant: wall time alone is another, and never goes back. Monotonic time goes on as it does, as on a machine set wrong.
 */
const given = new URL(import.meta.url).searchParams;
const now = Date.now.bind(Date);
const Real = Date;
const startMs = now();
const fromMs = Number(given.get("from") ?? startMs + Number(given.get("ms")));
const rate = Number(given.get("rate") ?? 1);

Date.now = () => Math.floor(fromMs + (now() - startMs) * rate);
globalThis.Date = new Proxy(Real, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Real.now()] : args, newTarget) as Date,
  apply: () => new Real(Real.now()).toString(),
});
