/**
 * Screens that are loaded when they are first shown. Invariant: until one is there its place is empty and says that it
 * is busy; when it cannot be had the page says so, and what to do.
 */
import { type Signal, signal } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { useEffect } from "preact/hooks";

type Loaded<P> = { readonly screen: ComponentType<P> } | "failed" | undefined;

/** @param pending what stands there until it is loaded. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  pending: () => VNode | null = () => <main class="page" aria-busy="true" />,
): ComponentType<P> {
  const loaded: Signal<Loaded<P>> = signal(undefined);
  let loading = false;
  const begin = (): void => {
    if (loading || typeof loaded.value === "object") return;
    loading = true;
    load().then(
      (screen) => {
        loaded.value = { screen };
      },
      () => {
        loading = false;
        loaded.value = "failed";
      },
    );
  };
  return function Lazy(props: P) {
    useEffect(begin, []);
    const now = loaded.value;
    if (typeof now === "object") return <now.screen {...props} />;
    if (now === undefined) return pending();
    return (
      <main class="page">
        <p class="problem" role="alert">
          This part of the page could not be loaded. Argus may have been updated or be away.
        </p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </main>
    );
  };
}
