/**
 * The instance as a whole: a page each. Invariant: only its admins see them; others are told so.
 */
import type { InstancePage, Place } from "../paths.ts";
import { user } from "../session.ts";
import { Side } from "../settings/side.tsx";
import { INSTANCE_NAMES } from "../shell/pages.ts";
import { AllApplications } from "./all-applications.tsx";
import { InstanceAudit } from "./instance-audit.tsx";
import { System } from "./system.tsx";
import { Users } from "./users.tsx";
import "../settings/settings.css";

export function Instance(props: { at: Extract<Place, { screen: "instance" }> }) {
  const { at } = props;
  return (
    <Side app="" at={at}>
      {user.value?.instanceAdmin === true ? (
        <Page page={at.page} />
      ) : (
        <main class="page">
          <h1>{INSTANCE_NAMES[at.page]}</h1>
          <p class="not-yours">Only instance admins see this.</p>
        </main>
      )}
    </Side>
  );
}

function Page({ page }: { page: InstancePage }) {
  switch (page) {
    case "users":
      return <Users />;
    case "applications":
      return <AllApplications />;
    case "system":
      return <System />;
    case "audit":
      return <InstanceAudit />;
    default:
      return page satisfies never;
  }
}
