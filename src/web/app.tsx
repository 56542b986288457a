/**
 * Chooses the screen: set-up while there is no owner, sign-in while nobody is, else where the address points.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { pathOf } from "./paths.ts";
import { go, place } from "./route.ts";
import { loadApplications, open, refresh, user } from "./session.ts";
import { FirstApplication } from "./screens/first-application.tsx";
import { Keys } from "./screens/keys.tsx";
import { Logs } from "./screens/logs.tsx";
import { SetUp } from "./screens/set-up.tsx";
import { SignIn } from "./screens/sign-in.tsx";
import { problemOf } from "./words.ts";
import { Shell } from "./parts/shell.tsx";

/** @returns where to be when the address names nothing: the first application, or the making of one. */
async function goHome(): Promise<void> {
  const [first] = await loadApplications();
  if (first !== undefined)
    go({ screen: "logs", app: first.name, query: "", from: "-60m" }, "replace");
}

export function App() {
  const failed = useSignal("");

  useEffect(() => {
    const start = async (): Promise<void> => {
      if (place.value.screen === "setup") return;
      const state = await open.auth.GetSetupState({});
      if (state.needsOwner) return go({ screen: "setup", code: "" }, "replace");
      if (await refresh()) {
        if (place.value.screen === "home" || place.value.screen === "signin") await goHome();
        else await loadApplications();
      } else if (place.value.screen !== "signin")
        go(
          { screen: "signin", next: place.value.screen === "home" ? "" : pathOf(place.value) },
          "replace",
        );
    };
    start().catch((error: unknown) => {
      failed.value = problemOf(error);
    });
  }, []);

  if (failed.value !== "")
    return (
      <main class="centre">
        <p class="problem" role="alert">
          {failed.value}
        </p>
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </main>
    );

  const at = place.value;
  if (at.screen === "setup") return <SetUp code={at.code} onDone={goHome} />;
  if (at.screen === "signin" || user.value === null)
    return <SignIn next={at.screen === "signin" ? at.next : ""} onDone={goHome} />;
  if (user.value === undefined) return <main class="centre" aria-busy="true" />;
  if (at.screen === "home") return <FirstApplication />;
  return (
    <Shell app={at.app}>
      {at.screen === "keys" ? <Keys app={at.app} /> : <Logs key={at.app} at={at} />}
    </Shell>
  );
}
