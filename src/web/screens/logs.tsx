/**
 * The logs of an application: finds it, and says so where there is none.
 */
import { useState } from "preact/hooks";
import { Explorer } from "../explorer/explorer.tsx";
import { lazy } from "../lazy.tsx";
import type { LogsPlace } from "../logs-place.ts";
import { languageReady, loadLanguage } from "../query/language-later.ts";
import { applications } from "../session.ts";
import { NoApplication } from "./no-application.tsx";

/** A query of the address is shown as it is meant from the first moment on. */
const ExplorerOfQuery = lazy(() => loadLanguage().then(() => Explorer));

export function Logs(props: { at: LogsPlace }) {
  const { at } = props;
  // Once: what comes later is typed into an explorer that is there.
  const [Shown] = useState(() =>
    at.query === "" || languageReady.peek() ? { Explorer } : { Explorer: ExplorerOfQuery },
  );
  const found = applications.value?.find(({ name }) => name === at.app);
  if (found === undefined) return <NoApplication name={at.app} />;
  return <Shown.Explorer key={found.id} at={at} applicationId={found.id} />;
}
