/**
 * The logs of an application: finds it, and says so where there is none.
 */
import type { LogsPlace } from "../logs-place.ts";
import { applications } from "../session.ts";
import { Explorer } from "../explorer/explorer.tsx";
import { NoApplication } from "./no-application.tsx";

export function Logs(props: { at: LogsPlace }) {
  const found = applications.value?.find(({ name }) => name === props.at.app);
  if (found === undefined) return <NoApplication name={props.at.app} />;
  return <Explorer key={found.id} at={props.at} applicationId={found.id} />;
}
