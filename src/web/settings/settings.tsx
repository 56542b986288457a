/**
 * Settings of an application: a page each, beside the list of them.
 */
import { type Place, SETTINGS_PAGES } from "../paths.ts";
import { Keys } from "../screens/keys.tsx";
import { NoApplication } from "../screens/no-application.tsx";
import { applications } from "../session.ts";
import { SETTINGS_NAMES } from "../shell/pages.ts";
import { StatusLine } from "../parts/status-line.tsx";
import { roleText } from "../words.ts";
import { Side } from "./side.tsx";
import "../first-run.css";
import "./settings.css";

export function Settings(props: { at: Extract<Place, { screen: "settings" }> }) {
  const { app, page } = props.at;
  const application = applications.value?.find(({ name }) => name === app);
  if (application === undefined) return <NoApplication name={app} />;
  const links = SETTINGS_PAGES.map((one) => ({
    name: SETTINGS_NAMES[one],
    to: { screen: "settings", app, page: one } as const,
    current: one === page,
  }));
  return (
    <>
      <Side groups={[{ name: app, links }]}>
        <Keys app={app} />
      </Side>
      <StatusLine left={[application.title]} right={[roleText(application.role)]} />
    </>
  );
}
