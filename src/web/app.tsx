/**
 * Chooses the screen: set-up while there is no owner, sign-in while nobody is, else where the address points.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Shell } from "./parts/shell.tsx";
import { base, logsOf, pathOf, type Place, placeOf } from "./paths.ts";
import { go, place } from "./route.ts";
import { FirstRun } from "./screens/first-run.tsx";
import { Invite } from "./screens/invite.tsx";
import { Keys } from "./screens/keys.tsx";
import { Logs } from "./screens/logs.tsx";
import { NoMembership } from "./screens/no-membership.tsx";
import { Reset } from "./screens/reset.tsx";
import { SignIn } from "./screens/sign-in.tsx";
import { applications, loadApplications, open, refresh, user } from "./session.ts";
import { problemOf } from "./words.ts";

/** Leads a signed-in person on: to where they wanted, or to their first application, or to the making of one. */
async function arrive(): Promise<void> {
  const [first] = await loadApplications();
  const at = place.value;
  if (at.screen !== "home" && at.screen !== "signin") return;
  const next = at.screen === "signin" ? at.next : "";
  const wanted = URL.parse(next, location.origin);
  // Only a path of this page: a link must not lead elsewhere after signing in.
  if (wanted?.origin === location.origin && wanted.pathname.startsWith(`${base}/a/`))
    go(placeOf(wanted), "replace");
  else go(first === undefined ? { screen: "home" } : logsOf(first.name), "replace");
}

/** After a link that signed in: its code is used up, and does not stay in the address. */
async function arriveFromLink(): Promise<void> {
  go({ screen: "home" }, "replace");
  await arrive();
}

async function start(): Promise<void> {
  // Whoever is signed in here may hold a link that is for somebody else.
  if (isLink(place.value)) return;
  if (place.value.screen === "setup") {
    const { needsOwner } = await open.auth.GetSetupState({});
    if (needsOwner) return;
    go({ screen: "home" }, "replace");
  }
  if (await refresh()) return arrive();
  const { needsOwner } = await open.auth.GetSetupState({});
  if (needsOwner) go({ screen: "setup", code: "" }, "replace");
  else if (place.value.screen !== "signin")
    go(
      { screen: "signin", next: place.value.screen === "home" ? "" : pathOf(place.value) },
      "replace",
    );
}

function isLink({ screen }: Place): boolean {
  return screen === "invite" || screen === "reset";
}

export function App() {
  const failed = useSignal("");

  useEffect(() => {
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
  if (at.screen === "setup") return <FirstRun code={at.code} />;
  if (at.screen === "invite") return <Invite code={at.code} onDone={arriveFromLink} />;
  if (at.screen === "reset") return <Reset code={at.code} onDone={arriveFromLink} />;
  if (at.screen === "signin" || user.value === null) return <SignIn onDone={arrive} />;
  if (user.value === undefined || applications.value === undefined)
    return <main class="centre" aria-busy="true" />;
  if (at.screen === "home")
    return user.value.instanceAdmin ? <FirstRun code={undefined} /> : <NoMembership />;
  return (
    <Shell app={at.app}>
      {at.screen === "keys" ? <Keys key={at.app} app={at.app} /> : <Logs key={at.app} at={at} />}
    </Shell>
  );
}
