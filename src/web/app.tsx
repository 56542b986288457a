/**
 * Chooses the screen: set-up while there is no owner, sign-in while nobody is, else where the address points.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { returns } from "./connection.ts";
import { endFirstLook } from "./first-look.ts";
import { lazy } from "./lazy.tsx";
import { logsOf } from "./logs-place.ts";
import { base, pathOf, type Place, placeOf } from "./paths.ts";
import { loadLanguage } from "./query/language-later.ts";
import { go, place } from "./route.ts";
import { Logs } from "./screens/logs.tsx";
import { NoMembership } from "./screens/no-membership.tsx";
import { SignIn } from "./screens/sign-in.tsx";
import {
  applications,
  loadApplications,
  mayBeSignedIn,
  needsOwner,
  refresh,
  user,
} from "./session.ts";
import { logsAtEntry } from "./shell/jump.ts";
import { Shell } from "./shell/shell.tsx";
import { titleOf } from "./shell/title.ts";
import { problemOf } from "./words.ts";

const FirstRun = lazy(() => import("./screens/first-run.tsx").then((one) => one.FirstRun));
const Invite = lazy(() => import("./screens/invite.tsx").then((one) => one.Invite));
const Reset = lazy(() => import("./screens/reset.tsx").then((one) => one.Reset));
const Settings = lazy(() => import("./settings/settings.tsx").then((one) => one.Settings));
const Instance = lazy(() => import("./instance/instance.tsx").then((one) => one.Instance));
const Account = lazy(() => import("./account/account.tsx").then((one) => one.Account));

/** Leads a signed-in person on: to where they wanted, or to their first application, or to the making of one. */
async function arrive(): Promise<void> {
  const [first] = await loadApplications();
  const at = place.value;
  if (at.screen !== "home" && at.screen !== "signin") return;
  const next = at.screen === "signin" ? at.next : "";
  const wanted = URL.parse(next, location.origin);
  // Only a path of this page: a link must not lead elsewhere after signing in.
  if (wanted?.origin === location.origin && wanted.pathname.startsWith(`${base}/`)) {
    const to = placeOf(wanted);
    if (to.screen !== "signin" && to.screen !== "home") return go(to, "replace");
  }
  if (first !== undefined) go(logsOf(first.name), "replace");
  else if (user.value?.instanceAdmin === true)
    go({ screen: "setup", code: "", app: "" }, "replace");
  else go({ screen: "home" }, "replace");
}

/** After a link that signed in: its code is used up, and does not stay in the address. */
async function arriveFromLink(): Promise<void> {
  go({ screen: "home" }, "replace");
  await arrive();
}

async function start(): Promise<void> {
  const at = place.value;
  // While the session is asked for. Who shows the query says it when the language cannot be had.
  if (at.screen === "logs" && at.query !== "") loadLanguage().catch(() => undefined);
  // Whoever is signed in here may hold a link that is for somebody else.
  if (isLink(at)) return;
  if (at.screen === "setup" && (at.code !== "" || !mayBeSignedIn())) {
    if (await needsOwner()) return;
    // The link was used already.
    if (at.code !== "") go({ screen: "home" }, "replace");
  }
  if (await refresh()) return arrive();
  if (await needsOwner()) go({ screen: "setup", code: "", app: "" }, "replace");
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
  const at = place.value;

  const begin = (): void => {
    failed.value = "";
    start().catch((error: unknown) => {
      failed.value = problemOf(error);
    });
  };
  // What could not begin begins when the server is back.
  useEffect(() => {
    if (returns.value === 0 || failed.value !== "") begin();
  }, [returns.value]);
  const isElsewhere = at.screen !== "logs" && user.value !== undefined;
  useEffect(() => {
    if (isElsewhere) endFirstLook();
  }, [isElsewhere]);
  useEffect(() => {
    document.title = titleOf(at);
  }, [at]);
  useEffect(() => {
    // A link to an entry says its time: the logs around it show it.
    if (at.screen === "entry") go(logsAtEntry(at.app, at.id) ?? logsOf(at.app), "replace");
  }, [at]);

  if (failed.value !== "")
    return (
      <main class="centre">
        <p class="problem" role="alert">
          {failed.value}
        </p>
        <button type="button" onClick={begin}>
          Try again
        </button>
      </main>
    );

  if (at.screen === "invite") return <Invite code={at.code} onDone={arriveFromLink} />;
  if (at.screen === "reset") return <Reset code={at.code} onDone={arriveFromLink} />;
  if (at.screen === "setup") return <FirstRun at={at} />;
  if (at.screen === "signin" || user.value === null) return <SignIn onDone={arrive} />;
  const isKnown = user.value !== undefined && applications.value !== undefined;
  if (at.screen === "home")
    return isKnown ? <NoMembership /> : <main class="centre" aria-busy="true" />;
  return <Shell>{isKnown ? <Screen at={at} /> : <main class="page" aria-busy="true" />}</Shell>;
}

function Screen(props: { at: Place }) {
  const { at } = props;
  switch (at.screen) {
    case "logs":
      return <Logs key={at.app} at={at} />;
    case "settings":
      return <Settings key={at.app} at={at} />;
    case "instance":
      return <Instance at={at} />;
    case "account":
      return <Account at={at} />;
    default:
      return null;
  }
}
