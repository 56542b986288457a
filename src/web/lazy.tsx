/**
 * Screens and parts that are loaded when they are first shown, parts before that where there is time. Invariant: until
 * one is there its place is empty and says that it is busy; when it cannot be had the page says so, and what to do. The
 * page is loaded anew only where the server has another one: what is on it stays.
 */
import { type Signal, signal } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { returns, watchedFetch } from "./connection.ts";
import { afterFirstLook } from "./first-look.ts";
import { base } from "./paths.ts";

type Loaded<P> = { readonly screen: ComponentType<P> } | "failed" | undefined;

/** A screen of its own. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return later(
    load,
    () => <main class="page" aria-busy="true" />,
    (problem) => <main class="page">{problem}</main>,
  ).screen;
}

/**
 * A part of a screen, loaded after the first look where it was not shown before.
 * @param pending what stands there until it is loaded.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  pending: () => VNode | null,
): ComponentType<P> {
  const { screen, begin } = later(load, pending, (problem) => <>{problem}</>);
  afterFirstLook(begin);
  return screen;
}

function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  pending: () => VNode | null,
  failed: (problem: VNode) => VNode,
): { readonly screen: ComponentType<P>; readonly begin: () => Promise<void> } {
  const loaded: Signal<Loaded<P>> = signal(undefined);
  let loading: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    loading ??= load().then(
      (screen) => {
        loaded.value = { screen };
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  const screen = (props: P): VNode | null => {
    const back = returns.value;
    // Before it is painted: what is loaded already is never seen without.
    useLayoutEffect(() => {
      begin().catch(() => (loaded.value = "failed"));
    }, [back]);
    const now = loaded.value;
    if (typeof now === "object") return <now.screen {...props} />;
    if (now === undefined) return pending();
    return failed(
      <div>
        <p class="problem" role="alert">
          This part of the page could not be loaded. Argus may have been updated or be away.
        </p>
        <button type="button" onClick={again}>
          Reload
        </button>
      </div>,
    );
  };
  const again = (): void => {
    loaded.value = undefined;
    begin().catch(() => {
      loaded.value = "failed";
      // A server that answers and does not have it is a newer one, whose page has other parts.
      watchedFetch(`${base}/healthz`, { cache: "no-store" }).then(
        (answer) => answer.ok && location.reload(),
        () => undefined,
      );
    });
  };
  return { screen, begin };
}
