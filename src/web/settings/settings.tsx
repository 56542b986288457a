/**
 * Settings of an application: a page each, beside the list of them; below it those of the instance, for its admins.
 */
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { type Place, type SettingsPage } from "../paths.ts";
import { NoApplication } from "../screens/no-application.tsx";
import { applications } from "../session.ts";
import { Audit } from "./audit.tsx";
import { Danger } from "./danger.tsx";
import { General } from "./general.tsx";
import { Keys } from "./keys.tsx";
import { Members } from "./members.tsx";
import { Retention } from "./retention.tsx";
import { Side } from "./side.tsx";
import "../first-run.css";
import "./settings.css";

export function Settings(props: { at: Extract<Place, { screen: "settings" }> }) {
  const { app, page } = props.at;
  const application = applications.value?.find(({ name }) => name === app);
  if (application === undefined) return <NoApplication name={app} />;
  return (
    <Side app={app} at={props.at}>
      <Page key={page} page={page} application={application} />
    </Side>
  );
}

function Page(props: { page: SettingsPage; application: Application }) {
  const { page, application } = props;
  switch (page) {
    case "general":
      return <General application={application} />;
    case "members":
      return <Members application={application} />;
    case "keys":
      return <Keys application={application} />;
    case "retention":
      return <Retention application={application} />;
    case "audit":
      return <Audit application={application} />;
    case "danger":
      return <Danger application={application} />;
    default:
      return page satisfies never;
  }
}
